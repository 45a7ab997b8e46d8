/** All there is to say of a state or a transition that was chosen. */
import type { Definition, TimerRecord } from '../../src/inspection/protocol.ts';
import type { Selection } from './chart.tsx';
import { remainingText } from './facts.ts';

interface Props {
  readonly definition: Definition;
  readonly selection: Selection;
  readonly counts: ReadonlyMap<string, number>;
  readonly timers: readonly TimerRecord[];
  readonly now: number;
  readonly onClose: () => void;
}

export function Details(props: Props) {
  const { selection, onClose } = props;
  const rows = selection.kind === 'edge' ? edgeRows(props) : nodeRows(props);
  const title = selection.kind === 'edge' ? selection.edge.label : selection.node.name;
  return (
    <section class="chart-details" aria-label={`Details of ${title}`} aria-live="polite">
      <header>
        <strong>{title}</strong>
        <button type="button" onClick={onClose} aria-label="Close the details">
          ×
        </button>
      </header>
      <dl>
        {rows
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

type Row = readonly [name: string, value: string];

function edgeRows({ definition, selection, counts, timers, now }: Props): Row[] {
  if (selection.kind !== 'edge') return [];
  const { edge } = selection;
  const timer = timers.find(({ edges }) => edges.includes(edge.id));
  const due = timer?.delayMs === null || timer === undefined ? null : timer.at + timer.delayMs;
  return [
    ['from', shortId(definition, edge.source)],
    ['to', edge.target === null ? 'stays as it is' : shortId(definition, edge.target)],
    ['event', edge.event === edge.label ? '' : edge.event],
    ['guard', edge.guard === 'if' ? 'a function without a name' : (edge.guard ?? '')],
    ['actions', edge.actions.join(', ')],
    ['taken', times(counts.get(edge.id) ?? 0)],
    ['due in', due === null ? '' : remainingText(due - now)],
  ];
}

function nodeRows({ definition, selection, counts }: Props): Row[] {
  if (selection.kind !== 'node') return [];
  const { node } = selection;
  const into = definition.edges.filter(({ target }) => target === node.id);
  const entered = into.reduce((sum, { id }) => sum + (counts.get(id) ?? 0), 0);
  return [
    ['path', shortId(definition, node.id)],
    ['kind', node.kind],
    ['about', node.description ?? ''],
    ['tags', node.tags.join(', ')],
    ['entry', node.entry.join(', ')],
    ['exit', node.exit.join(', ')],
    ['invokes', node.invokes.join(', ')],
    ['entered', into.length === 0 ? '' : times(entered)],
  ];
}

const times = (count: number): string =>
  count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`;

/** Without the machine's own name, which is that of the picture. */
const shortId = ({ root }: Definition, id: string): string =>
  id.startsWith(`${root}.`) ? id.slice(root.length + 1) : id;
