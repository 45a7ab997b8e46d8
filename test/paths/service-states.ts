/** The states that a service can reach, as a table: how each comes about, and what may come next. */
import { serviceMachine, stateName } from '../../src/machines/service.ts';
import type { PathEvent, ServiceSnapshot } from './causable.ts';
import { table } from './document.ts';
import type { Walk } from './generate.ts';
import { leavesOf } from './instrument.ts';

export function serviceStates(walks: readonly Walk[]): string[] {
  const rows = new Map<string, Row>();
  for (const { states, edges } of walks) {
    for (const { snapshot, way } of states) {
      const name = stateName(snapshot.value);
      const row = rows.get(name) ?? { snapshot, way: null, next: new Set<string>() };
      if (row.way === null || way.length < row.way.length) row.way = way.map(({ event }) => event);
      rows.set(name, row);
    }
    for (const { from, event, to } of edges) {
      const target = stateName(to.value);
      const isKept = target === stateName(from.value);
      rows
        .get(stateName(from.value))
        ?.next.add(`${said(event)}${isKept ? '' : ` → **${target}**`}`);
    }
  }
  const order = leavesOf(serviceMachine.root as never).map((id) => stateName(pathOf(id)));
  const passed = order.filter((name) => !rows.has(name));
  return [
    ...table(
      ['state', 'shown as', 'the shortest way there', 'what may come next'],
      order.flatMap((name) => rowOf(name, rows.get(name))),
    ),
    '',
    `Left in the very step that enters them: ${passed.join(', ')}.`,
  ];
}

interface Row {
  readonly snapshot: ServiceSnapshot;
  way: readonly PathEvent[] | null;
  readonly next: Set<string>;
}

function rowOf(name: string, row: Row | undefined): string[][] {
  if (row === undefined) return [];
  const [status = ''] = row.snapshot.tags;
  const way = (row.way ?? []).map(said).join(', ');
  return [[name, status, way || 'the beginning', [...row.next].sort().join('<br>')]];
}

/** `service.alive.running.healthy` as the value that a snapshot has there. */
function pathOf(id: string): unknown {
  const [, ...keys] = id.split('.');
  return keys.reduceRight<unknown>((inner, key) => (inner === null ? key : { [key]: inner }), null);
}

/** An event, in as few words as tell it from others. */
function said(event: PathEvent): string {
  const wait = /^xstate\.after\.([^.]+)\./.exec(event.type)?.[1];
  if (wait !== undefined) return `after ${wait}`;
  switch (event.type) {
    case 'restart':
      return event.delayMs === 0 ? 'restart at once' : 'restart after a while';
    case 'process.exited': {
      const { code } = event.exit;
      const how = code === null ? '' : code === 0 ? ' well' : ' badly';
      return `${event.type}${how}${event.survivors ? ', others live' : ''}`;
    }
    case 'process.notSpawned':
      return `${event.type}, ${event.problem}`;
    case 'process.notified':
      return `${event.type}${event.ready ? ', ready' : ', not ready'}`;
    case 'adoption.found':
      return `${event.type}${event.ready ? ', ready' : ', not ready yet'}`;
    case 'adoption.none':
      return `${event.type}${event.vanished ? ', vanished' : ''}`;
    default:
      return event.type;
  }
}
