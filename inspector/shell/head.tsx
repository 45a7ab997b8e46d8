/** What this is, whether it is live, and what one may do. */
import type { ActorState } from '../../src/inspection/protocol.ts';
import { isAlive } from '../model/actors.ts';
import { connection, history, info, moment, navigate, states, theme } from '../model/session.ts';
import { lookOf } from '../model/words.ts';
import { toggleTheme } from './theme.ts';
import { clockTime } from './time.ts';
import './head.css';

export function Head({ onHelp }: { readonly onHelp: () => void }) {
  const { name, version, control, source } = info.value ?? {};
  return (
    <header class="page-head head">
      <h1 class="head-name">
        <Mark />
        <b>{name ?? 'drover'}</b>
        {version === undefined ? null : <span class="head-version">{version}</span>}
      </h1>
      <State />
      {moment.value === null ? null : (
        <button type="button" class="head-past" onClick={() => navigate({ moment: null })}>
          {clockTime(moment.value)} · back to {source === 'live' ? 'live' : 'the end'}
          <kbd aria-hidden="true">Esc</kbd>
        </button>
      )}
      <span class="head-gap" />
      <Dropped />
      {info.value === null ? null : (
        <span class={`head-badge ${control === true ? 'is-control' : ''}`} title={leave(control)}>
          {control === true ? 'control' : 'read-only'}
        </span>
      )}
      <button
        type="button"
        class="head-button"
        onClick={toggleTheme}
        aria-label="Dark or light"
        title="Dark or light (t)"
        data-theme={theme.value}
      >
        <Sun />
      </button>
      <button type="button" class="head-button" onClick={onHelp} aria-label="Help" title="Help (?)">
        ?
      </button>
    </header>
  );
}

const leave = (control: boolean | undefined): string =>
  control === true ? 'this page may start, stop and kill' : 'this page only looks';

function State() {
  const state = connection.value;
  const [family, text] = {
    connecting: ['busy', 'connecting'],
    live: ['up', 'live'],
    broken: ['bad', 'not connected'],
    refused: ['bad', 'not let in'],
    recorded: ['down', info.value?.source === 'journal' ? 'from the journal' : 'recording'],
  }[state.kind] as [string, string];
  return (
    <>
      <output class={`chip ${family}`} aria-label="Connection">
        <span>{text}</span>
      </output>
      <Counts />
    </>
  );
}

/** Of the services, at the moment that is shown. */
function Counts() {
  const counts = { up: 0, busy: 0, bad: 0, down: 0, plain: 0 };
  for (const one of states().values()) if (isService(one)) counts[lookOf(one).family] += 1;
  const shown = (['up', 'busy', 'bad', 'down'] as const).filter((family) => counts[family] > 0);
  return (
    <span class="head-counts">
      {shown.map((family) => (
        <span key={family} class={family}>
          <b>{counts[family]}</b> {family}
        </span>
      ))}
    </span>
  );
}

const isService = (one: ActorState): boolean => one.actor.service !== null && isAlive(one);

function Dropped() {
  const { dropped } = history.value;
  if (dropped === 0) return null;
  const title = 'The recorder forgot them before this page had read them; what is shown has a gap.';
  return (
    <span class="chip busy" title={title}>
      {dropped.toLocaleString('en')} records lost
    </span>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="3" r="2.4" fill="var(--accent)" />
      <circle cx="3" cy="12.6" r="2.4" fill="var(--up)" />
      <circle cx="13" cy="12.6" r="2.4" fill="var(--busy)" />
      <path d="M8 5.5V8M3 10V8h10v2" fill="none" stroke="var(--line-strong)" stroke-width="1.4" />
    </svg>
  );
}

function Sun() {
  return (
    <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="1.4" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />
    </svg>
  );
}
