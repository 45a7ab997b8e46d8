/** Why the selected actor is in its state: a chain of sentences, each leading to its moment. */
import { useMemo } from 'preact/hooks';
import type { StateRecord } from '../../src/inspection/protocol.ts';
import { history, info, moment, navigate, selected, serviceRow } from '../model/session.ts';
import { stateName } from '../model/words.ts';
import { clockTime } from '../shell/time.ts';
import { ask, asked } from './asked.ts';
import { chainOf, enteredAt } from './chain.ts';
import { Part } from './part.tsx';
import { nameOf, type Sentence, sentenceOf, type Part as Word } from './sentences.ts';
import { told } from './told.ts';
import { isIn, pathsOf } from './words.ts';
import './why.css';

export function Why() {
  const n = selected.value;
  if (n === null) return null;
  const past = history.value;
  const state = past.state(n, moment.value)?.state ?? null;
  const name = nameOf(n, (one) => past.actor(one));
  const path = asked.value?.actor === n ? asked.value.path : null;
  const entered = enteredAt(past, n, moment.value, path);
  const isThere = path === null || isIn(state?.value ?? null, path);
  const standing = state?.value == null ? '' : ` is ${stateName(state.value)}`;
  return (
    <Part name="why" title="Why" note={`${name}${standing}`}>
      <Told actor={n} />
      {state === null ? null : <Paths actor={n} paths={pathsOf(state.value)} asked={path} />}
      {isThere ? null : (
        <p class="part-why-not" data-not-there={path}>
          {entered === null
            ? `${name} has not been in ${path} in what is known.`
            : `${name} is not in ${path} now. When it was last:`}
        </p>
      )}
      {entered === null && isThere ? (
        <p class="part-why-not">{name} has not been in any state yet.</p>
      ) : null}
      {entered === null ? null : <Causes of={entered} />}
    </Part>
  );
}

const actorOf = (n: number) => history.peek().actor(n);

/** In the supervisor's own words, which it has for the present only. */
function Told({ actor }: { readonly actor: number }) {
  const { service } = history.value.actor(actor) ?? {};
  const row = service == null ? null : serviceRow(service);
  if (row === null || moment.value !== null) return null;
  const why = told(row);
  if (why === '') return null;
  return (
    <blockquote class="why-told" data-why={row.name}>
      {why}
      <footer>
        {info.value?.source === 'live' ? 'the supervisor' : 'the supervisor, at the end'}
      </footer>
    </blockquote>
  );
}

interface PathsProps {
  readonly actor: number;
  readonly paths: readonly string[];
  readonly asked: string | null;
}

/** Each state that it is in can be asked about. */
function Paths({ actor, paths, asked }: PathsProps) {
  if (paths.length < 2) return null;
  return (
    <fieldset class="why-paths">
      <legend class="sr-only">Why this state</legend>
      {paths.map((path) => (
        <button
          key={path}
          type="button"
          data-state={path}
          aria-pressed={asked === null ? path === paths.at(-1) : asked === path}
          title={`Why ${path}`}
          onClick={() => ask(actor, path)}
        >
          {path.split('.').at(-1)}
        </button>
      ))}
    </fieldset>
  );
}

/** The first cause before all that lies between. */
function Causes({ of }: { readonly of: StateRecord }) {
  // What a step came of is older than it, so only another step has other causes.
  const sentences = useMemo(
    () => chainOf(history.peek(), of).map((link) => sentenceOf(link, actorOf)),
    [of],
  );
  const first = sentences.at(-1);
  return (
    <>
      {first === undefined || sentences.length < 4 ? null : (
        <p class="why-first" data-kind={first.kind}>
          <b>It comes down to</b>
          {first.parts.map((part, i) => (
            <Words key={i} part={part} at={first.at} />
          ))}
          .
        </p>
      )}
      <Chain sentences={sentences} />
    </>
  );
}

export function Chain({ sentences }: { readonly sentences: readonly Sentence[] }) {
  return (
    <ol class="why-chain" aria-label="From the state back to its first cause">
      {sentences.map((one) => (
        <li key={`${one.kind} ${one.seq}`} data-kind={one.kind} data-seq={one.seq}>
          <span class="why-icon" aria-hidden="true" />
          <p>
            {one.parts.map((part, i) => (
              <Words key={i} part={part} at={one.at} />
            ))}
          </p>
          <button
            type="button"
            class="why-at"
            aria-label={`Go to ${clockTime(one.at)}`}
            onClick={() => navigate({ moment: one.at, selected: one.actor })}
          >
            {clockTime(one.at)}
          </button>
        </li>
      ))}
    </ol>
  );
}

/** Whoever is named is gone to at the moment that is told of. */
function Words({ part, at }: { readonly part: Word; readonly at: number }) {
  if (typeof part === 'string') return part;
  if ('code' in part) return <code>{part.code}</code>;
  return (
    <button
      type="button"
      class="why-actor"
      onClick={() => navigate({ moment: at, selected: part.actor })}
    >
      {part.name}
    </button>
  );
}
