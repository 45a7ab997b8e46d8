/** What the selected service wrote, between its changes of state. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { LogBuffer, matcher } from '../model/log-buffer.ts';
import { lanes, moment, navigate, selectedService, source } from '../model/session.ts';
import { Rows } from '../shell/rows.tsx';
import { Line } from './line.tsx';
import './logs.css';

const rowHeight = 19;
const linesAsked = 10_000;

export function LogsView() {
  const service = selectedService.value;
  if (service === null) return <p class="empty">Select a service to read what it writes.</p>;
  return <Logs key={service} service={service} />;
}

function Logs({ service }: { readonly service: string }) {
  const from = source.value;
  const buffer = useMemo(() => new LogBuffer(), [from, service]);
  const tick = useSignal(0);
  const written = useSignal('');
  const isRegex = useSignal(false);
  const isFollowing = useSignal(true);
  const hasAnswered = useSignal(false);
  useEffect(
    () =>
      from?.logs([service], linesAsked, (lines) => {
        buffer.addLines(lines);
        hasAnswered.value = true;
        tick.value += 1;
      }),
    [from, service],
  );
  useStates(buffer, service);
  const match = useMemo(
    () => matcher(written.value, isRegex.value),
    [written.value, isRegex.value],
  );
  useMemo(() => {
    if (typeof match !== 'string') buffer.search(match);
  }, [match]);
  tick.value;

  const at = moment.value;
  const { shown } = buffer;
  const current = at === null ? null : buffer.indexAt(at);
  const problem = typeof match === 'string' ? match : null;
  return (
    <div class="logs">
      <Bar
        service={service}
        written={written}
        isRegex={isRegex}
        isFollowing={isFollowing}
        problem={problem}
        buffer={buffer}
        version={buffer.version}
      />
      {shown.length === 0 ? (
        <p class="empty">{emptyText(buffer, hasAnswered.value, from?.kind === 'recording')}</p>
      ) : (
        <Rows
          count={shown.length}
          rowHeight={rowHeight}
          isFollowing={isFollowing.value && at === null}
          focus={current}
          sought={at}
          onScrolled={(isAtEnd) => {
            isFollowing.value = isAtEnd;
          }}
          attributes={{
            class: 'logs-lines',
            role: 'log',
            tabIndex: 0,
            'aria-live': 'off',
            'aria-label': `Log of ${service}`,
          }}
          row={(i) => (
            <Line
              key={i + buffer.forgotten}
              entry={shown[i]}
              isCurrent={i === current}
              isLater={current !== null && i > current}
              written={problem === null ? written.value : ''}
              isRegex={isRegex.value}
            />
          )}
        />
      )}
    </div>
  );
}

/** Each change of state once, also those that come while one reads. */
function useStates(buffer: LogBuffer, service: string): void {
  const seen = useRef({ buffer, seq: -1 });
  if (seen.current.buffer !== buffer) seen.current = { buffer, seq: -1 };
  const segments = lanes.value.all.get(service)?.segments ?? [];
  const fresh = segments.filter(({ seq }) => seq !== null && seq > seen.current.seq);
  if (fresh.length === 0) return;
  seen.current.seq = fresh.at(-1)?.seq ?? -1;
  // How far a start has come is not worth a line; the timeline tells it.
  buffer.addStates(fresh.filter((one) => segments[segments.indexOf(one) - 1]?.word !== one.word));
}

function emptyText(buffer: LogBuffer, hasAnswered: boolean, isRecording: boolean): string {
  if (buffer.lines > 0) return 'No line matches.';
  if (isRecording) return 'The recording has no lines of this service.';
  return hasAnswered ? 'It has written nothing yet.' : 'Asking for its lines…';
}

interface BarProps {
  readonly service: string;
  readonly written: { value: string };
  readonly isRegex: { value: boolean };
  readonly isFollowing: { value: boolean };
  readonly problem: string | null;
  readonly buffer: LogBuffer;
  /** The buffer is the same when there is more in it. */
  readonly version: number;
}

function Bar({ service, written, isRegex, isFollowing, problem, buffer }: BarProps) {
  const matches = buffer.shown.reduce((n, { kind }) => n + (kind === 'line' ? 1 : 0), 0);
  return (
    <div class="logs-bar" role="search">
      <input
        type="search"
        class={problem === null ? '' : 'is-wrong'}
        placeholder="Search"
        aria-label={`Search the log of ${service}`}
        aria-invalid={problem !== null}
        spellcheck={false}
        value={written.value}
        onInput={({ currentTarget }) => {
          written.value = currentTarget.value;
        }}
      />
      <button
        type="button"
        class="mono"
        aria-pressed={isRegex.value}
        aria-label="Regular expression"
        title="Regular expression"
        onClick={() => {
          isRegex.value = !isRegex.value;
        }}
      >
        .*
      </button>
      <output class={problem === null ? 'logs-count' : 'logs-problem'}>
        {problem ?? countText(matches, buffer, written.value !== '')}
      </output>
      <button
        type="button"
        class="logs-follow"
        aria-pressed={isFollowing.value && moment.value === null}
        onClick={() => {
          isFollowing.value = moment.value !== null || !isFollowing.value;
          navigate({ moment: null });
        }}
      >
        Follow
      </button>
    </div>
  );
}

function countText(matches: number, buffer: LogBuffer, isSearch: boolean): string {
  const total = buffer.lines.toLocaleString('en');
  if (buffer.lines === 1 && !isSearch) return '1 line';
  const older = buffer.forgotten > 0 ? ', older ones let go' : '';
  return isSearch ? `${matches.toLocaleString('en')} of ${total} lines` : `${total} lines${older}`;
}
