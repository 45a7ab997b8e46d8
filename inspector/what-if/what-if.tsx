/** What an event would do, by the machine's own pure function. Nothing is touched. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type {
  WhatIf as Answer,
  NextEvent,
  PlainEvent,
  WhatIfRequest,
} from '../../src/inspection/protocol.ts';
import { changedLeaves } from '../context/diff.ts';
import { PlainTree } from '../context/plain-tree.tsx';
import { can, history, moment, selected, source } from '../model/session.ts';
import { SourceError } from '../model/source.ts';
import { stateName } from '../model/words.ts';
import { clockTime } from '../shell/time.ts';
import { Part } from '../why/part.tsx';
import { nameOf } from '../why/sentences.ts';
import { EventForm } from './event-form.tsx';
import { knownIn } from './from-definition.ts';
import { next } from './next.ts';
import './what-if.css';

interface Asked {
  readonly actor: number;
  readonly event: PlainEvent;
  readonly at: number | null;
  readonly answer: Answer | null;
  readonly problem: string | null;
}

export function WhatIf() {
  const asked = useSignal<Asked | null>(null);
  const n = selected.value;
  useEffect(() => {
    asked.value = null;
  }, [n]);
  if (n === null) return null;
  const leave = can('what-if');
  const actor = history.value.actor(n);
  const why =
    leave.why ?? (actor?.logic === 'machine' ? null : 'it is no machine, and has no states');
  const ask = async (event: PlainEvent) => {
    const at = moment.peek();
    const about = { actor: n, event, at };
    asked.value = { ...about, answer: null, problem: null };
    const from = at === null ? null : (history.peek().state(n, at)?.state?.seq ?? null);
    const request: WhatIfRequest = from === null ? { event } : { event, from };
    const settled = await (
      source.peek()?.post<Answer>(`/actors/${n}/what-if`, request) ?? Promise.reject()
    ).then(
      (answer) => ({ ...about, answer, problem: null }),
      (error: unknown) => ({ ...about, answer: null, problem: messageOf(error) }),
    );
    // Another may have been asked since.
    if (asked.peek()?.event === event) asked.value = settled;
  };
  return (
    <Part name="what-if" title="What if" note="nothing is touched">
      {why === null ? (
        <>
          <EventForm
            key={n}
            verb="What would it do?"
            known={knownTo(n)}
            isBusy={false}
            isEager={true}
            onEvent={ask}
          />
          {asked.value === null ? null : <Result {...asked.value} />}
        </>
      ) : (
        <p class="part-why-not" data-disabled>
          Not possible here: {why}.
        </p>
      )}
    </Part>
  );
}

/** Of now as the machine itself says, of the past as its definition does. */
function knownTo(n: number): readonly NextEvent[] {
  if (moment.value === null) return next.value?.actor === n ? next.value.events : [];
  const past = history.peek();
  const standing = past.state(n, moment.value);
  const definition = past.definitions.get(standing?.actor.definition ?? -1);
  return definition === undefined ? [] : knownIn(definition, standing?.state?.value ?? null);
}

function messageOf(error: unknown): string {
  if (!(error instanceof SourceError)) return String(error);
  return error.hint === null ? error.message : `${error.message} (${error.hint})`;
}

function Result({ actor, event, at, answer, problem }: Asked) {
  if (problem !== null) {
    return (
      <p class="event-problem" role="alert">
        {problem}
      </p>
    );
  }
  if (answer === null) return <p class="part-why-not">Asking…</p>;
  const name = nameOf(actor, (one) => history.peek().actor(one));
  const [before, after] = [stateName(answer.before), stateName(answer.after)];
  const isSame = changedLeaves(answer.contextBefore, answer.contextAfter, 1).length === 0;
  return (
    <div class="what-if-result" data-possible={answer.possible} role="status">
      <p>
        {at === null ? 'Now' : `At ${clockTime(at)}`}, <code>{event.type}</code>{' '}
        {answer.possible ? <Would before={before} after={after} /> : `would be ignored by ${name}.`}
      </p>
      {answer.error === null ? null : (
        <p class="event-problem">
          It would throw: <code>{answer.error}</code>
        </p>
      )}
      {answer.possible ? (
        <>
          <List title="Transitions" items={answer.edges.map((id) => edgeText(actor, id))} />
          <List title="Actions" items={answer.actions} />
          {isSame ? (
            <p class="part-why-not">The context would stay as it is.</p>
          ) : (
            <PlainTree
              label="What would change in the context"
              before={answer.contextBefore}
              after={answer.contextAfter}
              isTerse
            />
          )}
        </>
      ) : null}
      <p class="part-why-not">Worked out by its transition function alone: nothing was sent.</p>
    </div>
  );
}

function Would({ before, after }: { readonly before: string; readonly after: string }) {
  if (before === after) {
    return (
      <>
        would leave it in <code data-after>{after}</code>.
      </>
    );
  }
  return (
    <>
      would take it from <code data-before>{before}</code> to <code data-after>{after}</code>.
    </>
  );
}

function List({ title, items }: { readonly title: string; readonly items: readonly string[] }) {
  if (items.length === 0) return null;
  return (
    <dl>
      <dt>{title}</dt>
      {items.map((item, i) => (
        <dd key={`${item} ${i}`}>{item}</dd>
      ))}
    </dl>
  );
}

/** As the chart calls it; an edge that the chart does not draw by its id. */
function edgeText(actor: number, id: string): string {
  const past = history.peek();
  const definition = past.definitions.get(past.actor(actor)?.definition ?? -1);
  const edge = definition?.edges.find((one) => one.id === id);
  if (edge === undefined) return id;
  const short = (node: string) => node.split('.').at(-1) ?? node;
  const guard = edge.guard === null ? '' : ` [${edge.guard}]`;
  const target = edge.target === null ? '' : ` → ${short(edge.target)}`;
  return `${short(edge.source)}${target}: ${edge.label}${guard}`;
}
