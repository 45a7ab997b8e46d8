/**
 * XState's `assign`, for a machine of which there are thousands and whose context is wide.
 * XState copies a context by `Object.assign` into an empty object, which V8 makes a hash
 * table as soon as it has some sixteen fields: three times the memory, and every look at
 * it slower. A spread keeps the shape. It is XState's own action in everything else, but
 * spawns nothing. `test/machines/assign.test.ts` holds what is relied on.
 */
import { type AnyMachineSnapshot, assign as assignOfXState } from 'xstate';

type Snapshot = AnyMachineSnapshot;
interface Arguments {
  readonly event: unknown;
}
interface Scope {
  readonly self: unknown;
  readonly system: unknown;
}
type Edit = (args: object, params: unknown) => object;
interface AssignAction {
  readonly assignment: Edit | Readonly<Record<string, unknown>>;
  resolve: (
    scope: Scope,
    snapshot: Snapshot,
    args: Arguments,
    params: unknown,
    action: Pick<AssignAction, 'assignment'>,
  ) => readonly [Snapshot, undefined, undefined];
}

export const assign = ((assignment: never) => {
  const action = assignOfXState(assignment) as unknown as AssignAction;
  action.resolve = resolve;
  return action;
}) as unknown as typeof assignOfXState;

const resolve: AssignAction['resolve'] = (scope, snapshot, { event }, params, { assignment }) => {
  const { context } = snapshot;
  const args = { context, event, self: scope.self, system: scope.system };
  const changes =
    typeof assignment === 'function'
      ? assignment(args, params)
      : valuesOf(assignment, args, params);
  return [withContext(snapshot, { ...context, ...changes }), undefined, undefined];
};

/** Field by field, so that it has the shape of those that XState makes: it looks at them all day. */
function withContext(snapshot: Snapshot, context: object): Snapshot {
  return {
    status: snapshot.status,
    output: snapshot.output,
    error: snapshot.error,
    machine: snapshot.machine,
    context,
    _nodes: snapshot._nodes,
    value: snapshot.value,
    tags: snapshot.tags,
    children: snapshot.children,
    historyValue: snapshot.historyValue,
    matches: snapshot.matches,
    hasTag: snapshot.hasTag,
    can: snapshot.can,
    getMeta: snapshot.getMeta,
    toJSON: snapshot.toJSON,
  } as Snapshot;
}

function valuesOf(fields: Readonly<Record<string, unknown>>, args: object, params: unknown) {
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    values[key] = typeof field === 'function' ? (field as Edit)(args, params) : field;
  }
  return values;
}
