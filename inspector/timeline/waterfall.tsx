/** Where the time of a start-up or a shutdown went: who waited for whom, and who took how long. */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { findActor } from '../model/actors.ts';
import { type Run, type Wave, wavesOf } from '../model/runs.ts';
import { currentTime, history, info, lanes, navigate, selectedService } from '../model/session.ts';
import { familyOf } from '../model/words.ts';
import { Rows } from '../shell/rows.tsx';
import { clockTime, duration } from '../shell/time.ts';
import { useSlowly } from '../shell/use-slowly.ts';

export function Waterfall() {
  const past = history.value;
  const version = useSlowly(past.version);
  const waves = useMemo(() => wavesOf(past, lanes.peek()), [version]);
  const chosen = useSignal<number | null>(null);
  const wave = waves.find(({ from }) => from === chosen.value) ?? mostTelling(waves);
  if (wave === undefined) {
    return (
      <p class="empty">
        {info.value?.subject === 'system'
          ? 'Only services are started and stopped; these actors are none.'
          : 'No start and no stop is among what is kept.'}
      </p>
    );
  }
  return (
    <div class="waterfall">
      <div class="waterfall-bar">
        <label>
          Of{' '}
          <select
            value={wave.from}
            onChange={({ currentTarget }) => {
              chosen.value = Number(currentTarget.value);
            }}
          >
            {waves.toReversed().map((one) => (
              <option key={`${one.verb}${one.from}`} value={one.from}>
                {titleOf(one)}
              </option>
            ))}
          </select>
        </label>
        <Verdict wave={wave} />
      </div>
      <Rows
        count={wave.runs.length}
        rowHeight={26}
        attributes={{ role: 'list', tabIndex: 0, 'aria-label': titleOf(wave) }}
        row={(i) => <Bar key={i} run={wave.runs[i]} wave={wave} />}
      />
    </div>
  );
}

/** The last that many took part in, else the last. */
function mostTelling(waves: readonly Wave[]): Wave | undefined {
  const most = Math.max(...waves.map(({ runs }) => runs.length));
  return waves.findLast(({ runs }) => runs.length === most);
}

function titleOf({ verb, from, until, runs }: Wave): string {
  const what = runs.length === 1 ? (runs[0]?.service ?? '') : `${runs.length} services`;
  return `${clockTime(from).slice(0, 8)} ${verb} of ${what}, ${duration(until - from)}`;
}

/** Who decided how long it took. */
function Verdict({ wave }: { readonly wave: Wave }) {
  const path = wave.path.toReversed();
  const [last] = wave.path;
  if (last === undefined || wave.runs.length < 2) return null;
  return (
    <p class="waterfall-verdict">
      Decided by{' '}
      {path.map((run, i) => (
        <span key={run.service}>
          {i === 0 ? '' : ', then '}
          <Service name={run.service} at={run.began} /> (
          {duration((run.over ?? wave.until) - run.began)})
        </span>
      ))}
    </p>
  );
}

function Service({ name, at }: { readonly name: string; readonly at: number }) {
  const actor = findActor(history.peek().at(null), name);
  return (
    <button type="button" class="link" onClick={() => navigate({ selected: actor, moment: at })}>
      {name}
    </button>
  );
}

function Bar({ run, wave }: { readonly run: Run | undefined; readonly wave: Wave }) {
  if (run === undefined) return null;
  const span = wave.until - wave.from || 1;
  const over = run.over ?? Math.max(wave.until, Math.min(currentTime(), wave.until));
  const share = (ms: number): string => `${(ms / span) * 100}%`;
  const waited = run.began - run.wanted;
  const took = over - run.began;
  const isDecisive = wave.path.includes(run) && wave.runs.length > 1;
  return (
    <div
      class={`waterfall-row ${isDecisive ? 'is-decisive' : ''} ${selectedService.value === run.service ? 'is-selected' : ''}`}
      role="listitem"
    >
      <span class="waterfall-name cut">
        <Service name={run.service} at={run.over ?? run.began} />
      </span>
      <span class="waterfall-track" aria-hidden="true">
        <i
          class="is-waiting"
          style={{ left: share(run.wanted - wave.from), width: share(waited) }}
        />
        <i
          class="is-working busy"
          style={{ left: share(run.began - wave.from), width: share(took) }}
        />
        <i
          class={`is-end ${familyOf(run.outcome)}`}
          style={{ left: share(over - wave.from) }}
          title={`${run.outcome} ${clockTime(over)}`}
        />
      </span>
      <span class="waterfall-text cut">
        {waited >= 5 ? (
          <>
            waited {duration(waited)}
            {run.heldBy === null ? null : (
              <>
                {' '}
                for <Service name={run.heldBy} at={run.began} />
              </>
            )}
            {', '}
          </>
        ) : run.heldBy === null ? null : (
          <>
            after <Service name={run.heldBy} at={run.began} />
            {', '}
          </>
        )}
        {run.over === null ? `${run.outcome} still` : `${run.outcome} after ${duration(took)}`}
      </span>
    </div>
  );
}
