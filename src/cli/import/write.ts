/** Writes a draft as a drover.yaml that people read: comments, and short lists on one line. Pure. */
import { Document, isMap, isScalar, isSeq, visit } from 'yaml';
import type { Draft, DraftService, Fields, Loss } from './draft.ts';

export interface Heading {
  /** Sentences at the top of the file. */
  readonly lines: readonly string[];
  readonly name?: string | undefined;
  /** Behind the services: each some lines that become comments. */
  readonly suggestions?: readonly (readonly string[])[];
}

export function writeDraft(draft: Draft, heading: Heading): string {
  const top = [...heading.lines.flatMap(wrap).map(comment), ...lossesText(draft.losses)];
  const suggested = (heading.suggestions ?? []).map((lines) =>
    indent(lines.map(comment).join('\n')),
  );
  const head = ['version: 1', ...(heading.name ? [`name: ${heading.name}`] : [])];
  return [
    [...top, ...head].join('\n'),
    ...defaultsText(draft),
    `services:\n${[...draft.services.map(serviceText), ...suggested].join('\n\n')}`,
    ...groupsText(draft),
  ]
    .join('\n\n')
    .concat('\n');
}

function defaultsText({ defaults, notes }: Draft): readonly string[] {
  if (Object.keys(defaults).length === 0 && notes.length === 0) return [];
  const lines = notes.flatMap(wrap).map(comment);
  const text = Object.keys(defaults).length === 0 ? [] : [yamlOf({ defaults })];
  return [[...lines, ...text].join('\n')];
}

function serviceText(service: DraftService): string {
  const above = [...service.notes.flatMap(wrap).map(comment), ...lossesText(service.losses)];
  return indent([...above, yamlOf({ [service.name]: service.fields })].join('\n'));
}

function groupsText({ groups }: Draft): readonly string[] {
  if (groups.size === 0) return [];
  const written = Object.fromEntries([...groups].map(([name, children]) => [name, { children }]));
  return [yamlOf({ groups: written })];
}

/** What could not be carried over, as comments. */
function lossesText(losses: readonly Loss[]): readonly string[] {
  if (losses.length === 0) return [];
  const lines = losses.flatMap((loss) => {
    const [first = '', ...rest] = wrap(lossText(loss));
    return [`  ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  return [comment('not carried over:'), ...lines.map(comment)];
}

/** `watch: true — run a watcher as the command` */
export const lossText = ({ what, advice }: Loss): string => `${what} — ${advice}`;

const comment = (line: string): string => (line === '' ? '#' : `# ${line}`);

function wrap(sentence: string): readonly string[] {
  const lines: string[] = [];
  for (const line of sentence.split('\n')) {
    let current = '';
    for (const word of line.split(' ')) {
      if (current !== '' && current.length + word.length > 82) {
        lines.push(current);
        current = word;
      } else current = current === '' ? word : `${current} ${word}`;
    }
    lines.push(current);
  }
  return lines;
}

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

/** Lists and small maps of scalars stand on one line where they fit. */
export function yamlOf(fields: Fields): string {
  const document = new Document(fields, { version: '1.2', schema: 'core' });
  visit(document, {
    Seq: (_, node) => {
      if (node.items.every(isScalar) && JSON.stringify(node).length < 80) node.flow = true;
    },
    Map: (_, node, path) => {
      const isDeep = path.length > 4;
      if (!isDeep || node.items.length > 2 || JSON.stringify(node).length > 60) return;
      if (node.items.every(({ value }) => !isMap(value) && !isSeq(value))) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}
