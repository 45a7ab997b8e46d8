/**
 * A recording made of a journal: the long memory, told as the inspector tells the
 * present. The charts are the same, and so are lanes and causes; what a journal does not
 * hold is left out, and of several steps between two records the likely ones are shown.
 */
import { serviceMachine } from '../machines/service.ts';
import { supervisorMachine } from '../machines/supervisor.ts';
import type { GroupSpec } from '../machines/vocabulary.ts';
import type { SupervisorEvent } from '../runtime/api.ts';
import { isHeader, isMemory, type JournalRecord, type Line } from '../runtime/journal-record.ts';
import { rootName } from '../services/tree.ts';
import { definitionOf } from './definition.ts';
import { linesOf, linesOfEvents } from './journal-lines.ts';
import { Retelling } from './journal-retelling.ts';
import type { Recording } from './protocol.ts';

export interface JournalOptions {
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
  /** Of the project. */
  readonly name?: string;
  readonly version?: string;
  /** The tree, where it is known: a journal names its services and not their groups. */
  readonly root?: GroupSpec;
}

/**
 * From the text of journal files, older ones first. A last line that was cut off and
 * records that nobody knows are passed over. Throws: `journal-too-new`.
 */
export function recordingOfJournal(
  texts: readonly string[],
  options: JournalOptions = {},
): Recording {
  return retold(linesOf(texts), options);
}

/** From what `history` of a supervisor answers. */
export function recordingOfEvents(
  events: readonly SupervisorEvent[],
  options: JournalOptions = {},
): Recording {
  return retold(linesOfEvents(events), options);
}

function retold(lines: readonly Line[], options: JournalOptions): Recording {
  const { since = 0, until = Number.POSITIVE_INFINITY, name = 'journal', version = '' } = options;
  const definitions = [
    definitionOf(supervisorMachine, 0),
    definitionOf(serviceMachine, 1),
  ] as const;
  const told = new Retelling(definitions, options.root ?? treeOf(lines));
  const records = lines.filter(isRecord);
  const first = records.find(({ wall }) => wall >= since);
  const last = records.findLast(({ wall }) => wall <= until);
  const from = Math.max(since, first?.wall ?? 0);
  const end = Math.min(until, Math.max(from, last?.wall ?? from));

  for (const line of lines) {
    if (isMemory(line)) told.remember(line.memory);
    else if (isRecord(line) && line.wall < since) told.skip(line);
  }
  const within = records.filter(({ wall }) => wall >= since && wall <= until);
  const baseline = told.begin(from, within);
  for (const record of within) told.tell(record);
  return {
    format: 'drover-recording',
    info: {
      protocol: 1,
      subject: 'supervisor',
      name,
      version,
      source: 'journal',
      control: false,
      capacity: told.records.length,
    },
    from,
    until: end,
    definitions,
    baseline,
    records: told.records,
    services: told.services(),
    groups: told.groups(),
    logs: [],
  };
}

function isRecord(line: Line): line is JournalRecord {
  return !isHeader(line) && !isMemory(line);
}

/** All that can be said of a tree of which only the names are known. */
function treeOf(lines: readonly Line[]): GroupSpec {
  const named = { services: new Set<string>(), groups: new Set<string>() };
  for (const line of lines) {
    if (isMemory(line)) named.services.add(line.memory.service);
    else if ('group' in line) named.groups.add(String(line.group));
    else if ('service' in line) named.services.add(String(line.service));
  }
  const services = [...named.services].filter((one) => one !== rootName && !named.groups.has(one));
  const groups = [...named.groups].filter((one) => one !== rootName);
  const children = [
    ...services.map((name) => ({ kind: 'service', name, dependsOn: [] })),
    ...groups.map((name) => ({ kind: 'group', name, strategy: 'one_for_one', children: [] })),
  ];
  const specs = children.map((spec) => ({ spec, needs: [] }));
  return { kind: 'group', name: rootName, strategy: 'one_for_one', children: specs } as never;
}
