/** What kind of logic an actor runs. XState writes it nowhere, but each kind has its own code. */
import {
  type AnyActorRef,
  fromCallback,
  fromEventObservable,
  fromObservable,
  fromPromise,
  fromTransition,
} from 'xstate';

interface Logic {
  readonly transition?: unknown;
  readonly root?: unknown;
}

const names = new WeakMap<object, string>();
let samples: ReadonlyMap<string, string> | null = null;

/** `machine`, `callback`, `promise`, `observable`, `transition`, `other`. */
export function logicNameOf(actor: AnyActorRef): string {
  const { logic } = actor as unknown as { readonly logic?: Logic };
  if (logic === undefined) return 'other';
  const known = names.get(logic);
  if (known !== undefined) return known;
  const name = logic.root === undefined ? nameByCode(logic) : 'machine';
  names.set(logic, name);
  return name;
}

function nameByCode({ transition }: Logic): string {
  samples ??= sampleCodes();
  return samples.get(String(transition)) ?? 'other';
}

function sampleCodes(): ReadonlyMap<string, string> {
  const nothing = () => ({ subscribe: () => ({ unsubscribe: () => {} }) });
  const all: readonly (readonly [Logic, string])[] = [
    [fromCallback(() => {}), 'callback'],
    [fromPromise(() => Promise.resolve()), 'promise'],
    [fromObservable(nothing as never), 'observable'],
    [fromEventObservable(nothing as never), 'observable'],
    [fromTransition((state: unknown) => state, null), 'transition'],
  ];
  return new Map(all.map(([logic, name]) => [String(logic.transition), name]));
}
