/** What is behind the arrow that one chose: what it brought, what became of it, what it came of. */
import type { EventRecord } from '../../src/inspection/protocol.ts';
import { PlainTree } from '../context/plain-tree.tsx';
import { history, navigate } from '../model/session.ts';
import { stateName } from '../model/words.ts';
import { clockTime } from '../shell/time.ts';
import { causesOf } from '../why/chain.ts';
import { nameOf, sentenceOf } from '../why/sentences.ts';
import { Chain } from '../why/why.tsx';
import { chosen, sequence } from './state.ts';
import './details.css';

const naming = (n: number) => history.peek().actor(n);

export function Details() {
  if (chosen.value === null) return null;
  const past = history.value;
  const record = past.record(chosen.value);
  if (record?.kind !== 'event') return null;
  const close = () => {
    chosen.value = null;
  };
  return (
    <section class="details" aria-label="The chosen event" data-seq={record.seq}>
      <header>
        <b>
          <Who n={record.source} /> → <Who n={record.actor} />
        </b>
        <code>{record.event.type}</code>
        <button type="button" onClick={() => navigate({ moment: record.at })}>
          go to {clockTime(record.at)}
        </button>
        <button type="button" class="details-close" aria-label="Close" onClick={close}>
          ×
        </button>
      </header>
      <div class="details-body">
        <div>
          <h3>What became of it</h3>
          <p data-became>{became(record)}</p>
          <h3>What it brought</h3>
          {record.event.payload === undefined ? (
            <p class="part-why-not">Nothing but its name.</p>
          ) : (
            <PlainTree
              key={record.seq}
              label="What it brought"
              before={record.event.payload}
              after={record.event.payload}
            />
          )}
        </div>
        <div>
          <h3>What it came of</h3>
          <Chain sentences={causesOf(past, record).map((link) => sentenceOf(link, naming))} />
        </div>
      </div>
    </section>
  );
}

function Who({ n }: { readonly n: number | null }) {
  if (n === null) return <>outside</>;
  return (
    <button type="button" class="why-actor" onClick={() => navigate({ selected: n })}>
      {nameOf(n, naming)}
    </button>
  );
}

function became({ seq, actor }: EventRecord): string {
  const row = sequence.peek().rows.find(({ record }) => record.seq === seq);
  const name = nameOf(actor, naming);
  const state = row?.after == null ? null : stateName(row.after);
  switch (row?.outcome) {
    case 'taken':
      return state === null
        ? `${name} handled it.`
        : `${name} handled it and was in ${state} then.`;
    case 'ignored':
      return `${name} ignored it: there is no transition for it${state === null ? '' : ` in ${state}`} whose guard would have let it pass.`;
    case 'broke':
      return `${name} broke on it.`;
    default:
      return `${name} has not handled it yet.`;
  }
}
