/** What this page may do to the selected service or group, and what became of it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type {
  CommandAnswer,
  CommandRequest,
  NextEvent,
  PlainEvent,
} from '../../src/inspection/protocol.ts';
import {
  can,
  history,
  info,
  type Leave,
  selected,
  selectedService,
  services,
  source,
} from '../model/session.ts';
import { SourceError } from '../model/source.ts';
import { EventForm } from '../what-if/event-form.tsx';
import { next } from '../what-if/next.ts';
import { Part } from '../why/part.tsx';
import { nameOf } from '../why/sentences.ts';
import { Dialog } from './dialog.tsx';
import {
  dependentsOf,
  offersFor,
  type Question,
  questionFor,
  type Target,
  targetOf,
  type Verb,
} from './offers.ts';
import { Became, Buttons, type Outcome } from './parts.tsx';
import './control.css';

interface Asking {
  readonly question: Question;
  readonly act: () => void;
}

export function Control() {
  const outcome = useSignal<Outcome | null>(null);
  const asking = useSignal<Asking | null>(null);
  const n = selected.value;
  useEffect(() => {
    outcome.value = null;
  }, [n]);
  if (n === null) return null;
  const leave = can('send');
  const target = selectedTarget(n);
  const name = target?.name ?? nameOf(n, (one) => history.peek().actor(one));

  const run = async (text: string, work: () => Promise<readonly string[]>) => {
    outcome.value = { kind: 'busy', text };
    outcome.value = await work().then(
      (lines): Outcome => ({ kind: 'done', lines }),
      (error: unknown): Outcome => failureOf(error),
    );
  };
  const command = (verb: Verb, about: Target) => {
    const act = () => void run(`${verb} ${about.name}…`, () => post(verb, about));
    const names = new Set(about.rows.map((row) => row.name));
    const question = questionFor(verb, about, dependentsOf(names, services.peek()?.services ?? []));
    if (question === null) act();
    else asking.value = { question, act };
  };
  const send = (event: PlainEvent) =>
    void run(`sending ${event.type}…`, async () => {
      await source.peek()?.post(`/actors/${n}/send`, { event });
      return [`${event.type} was sent to ${name}`];
    });

  return (
    <Part name="control" title="Control" note={name}>
      <Refused leave={leave} />
      {target === null ? null : (
        <Buttons
          offers={offersFor(target, canReload(n))}
          leave={leave}
          isBusy={outcome.value?.kind === 'busy'}
          onVerb={(verb) => command(verb, target)}
        />
      )}
      {outcome.value === null ? null : <Became outcome={outcome.value} />}
      {leave.allowed ? <Send actor={n} onEvent={send} /> : null}
      {asking.value === null ? null : (
        <Dialog
          question={asking.value.question}
          onAnswer={(isYes) => {
            const { act } = asking.peek() ?? {};
            asking.value = null;
            if (isYes) act?.();
          }}
        />
      )}
    </Part>
  );
}

/** The service that an actor is part of, else the group that it is. */
function selectedTarget(n: number): Target | null {
  const all = services.value;
  if (all === null) return null;
  const actor = history.value.actor(n);
  const name = selectedService.value ?? actor?.group ?? (actor?.parent === null ? actor.id : null);
  return name === null ? null : targetOf(name, all.services, all.groups);
}

/** By its own machine, where it was asked. */
function canReload(n: number): boolean | null {
  if (next.value?.actor !== n) return null;
  const edges = next.value.events.filter(({ event }: NextEvent) => event === 'reload');
  if (edges.length === 0) return null;
  return edges.some(({ possible }) => possible !== false);
}

async function post(verb: Verb, { name, kind, rows }: Target): Promise<readonly string[]> {
  const isAll = kind === 'group' && rows.length === services.peek()?.services.length;
  const names = isAll ? rows.map((row) => row.name) : [name];
  const request: CommandRequest = { verb, names };
  const answer = await source.peek()?.post<CommandAnswer>('/command', request);
  return (answer?.outcomes ?? []).map((one) => `${one.name}: ${one.summary}`);
}

function failureOf(error: unknown): Outcome {
  if (!(error instanceof SourceError)) {
    return { kind: 'failed', code: 'defect', message: String(error), hint: null };
  }
  return { kind: 'failed', code: error.code, message: error.message, hint: error.hint };
}

function Refused({ leave }: { readonly leave: Leave }) {
  if (leave.allowed) return null;
  const isReadOnly = info.value?.source === 'live' && !info.value.control;
  return (
    <p class="part-why-not" data-read-only={isReadOnly}>
      {isReadOnly ? (
        <>
          This page only looks. To act from it, open it with <code>drover inspect --control</code>.
        </>
      ) : (
        `Nothing can be done here: ${leave.why}.`
      )}
    </p>
  );
}

/** Beside the commands: any event, to exactly the selected actor. */
function Send({
  actor,
  onEvent,
}: {
  readonly actor: number;
  readonly onEvent: (event: PlainEvent) => void;
}) {
  return (
    <details class="control-send" data-part="send">
      <summary>Send an event to {nameOf(actor, (one) => history.peek().actor(one))}</summary>
      <p class="part-why-not">
        It goes past the supervisor, which may undo what follows. “What if” tells what it would do.
      </p>
      <EventForm
        key={actor}
        verb="Send"
        known={next.value?.actor === actor ? next.value.events : []}
        isBusy={false}
        isEager={false}
        onEvent={onEvent}
      />
    </details>
  );
}
