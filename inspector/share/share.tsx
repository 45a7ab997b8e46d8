/** Gives a stretch of time away: as a file, as commands, as a link. */
import { useSignal } from '@preact/signals';
import type { Recording } from '../../src/inspection/protocol.ts';
import { currentTime, history, info, source } from '../model/session.ts';
import { duration } from '../shell/time.ts';
import { Part } from '../why/part.tsx';
import { fileName, recordCommand } from './share.ts';
import './share.css';

const stretches: readonly (readonly [label: string, ms: number])[] = [
  ['1 min', 60_000],
  ['10 min', 600_000],
  ['1 h', 3_600_000],
  ['all that is here', Number.POSITIVE_INFINITY],
];

export function Share() {
  const chosen = useSignal(600_000);
  const state = useSignal<string | null>(null);
  if (info.value === null) return null;
  const isLive = source.value?.kind === 'live';
  const past = history.value;
  const sinceMs = Number.isFinite(chosen.value) ? chosen.value : currentTime() - past.first;
  const name = fileName(info.value.name, currentTime());
  const download = async () => {
    state.value = 'making the file…';
    const until = currentTime();
    const from = Math.floor(until - sinceMs);
    state.value = await record(from, Math.ceil(until)).then(
      (recording) => {
        save(`${name}.json`, recording);
        return `${recording.records.length.toLocaleString('en')} records`;
      },
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <Part name="share" title="Share" isOpen={false}>
      {isLive ? (
        <>
          <fieldset class="share-stretch">
            <legend>The last</legend>
            {stretches.map(([label, ms]) => (
              <label key={label}>
                <input
                  type="radio"
                  name="stretch"
                  checked={chosen.value === ms}
                  onChange={() => {
                    chosen.value = ms;
                  }}
                />
                {label}
              </label>
            ))}
          </fieldset>
          <div class="share-row">
            <button type="button" data-action="download" onClick={() => void download()}>
              Download the recording
            </button>
            <output>{state.value}</output>
          </div>
          <Commands sinceMs={sinceMs} name={name} />
        </>
      ) : (
        <p class="part-why-not">
          This is a recording of {duration(past.last - past.first)}. Pass on its file, or open it
          with <code>drover replay FILE</code>.
        </p>
      )}
      <Link />
    </Part>
  );
}

function record(since: number, until: number): Promise<Recording> {
  const live = source.peek();
  if (live === null) return Promise.reject(new Error('there is no connection'));
  return live.get<Recording>(`/recording?since=${since}&until=${until}`);
}

function save(name: string, recording: Recording): void {
  const url = URL.createObjectURL(
    new Blob([JSON.stringify(recording)], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

function Commands({ sinceMs, name }: { readonly sinceMs: number; readonly name: string }) {
  const lines: readonly (readonly [what: string, command: string])[] = [
    ['one page that opens by itself', recordCommand(sinceMs, `${name}.html`)],
    ['a test that replays it', recordCommand(sinceMs, `${name}.test.ts`, true)],
    ['open a recording again', `drover replay ${name}.json`],
  ];
  return (
    <dl class="share-commands">
      {lines.map(([what, command]) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd>
            <code>{command}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Link() {
  const isCopied = useSignal(false);
  return (
    <div class="share-row">
      <button
        type="button"
        data-action="copy-link"
        onClick={() =>
          void navigator.clipboard?.writeText(location.href).then(() => {
            isCopied.value = true;
          })
        }
      >
        Copy the link to this moment
      </button>
      <output>{isCopied.value ? 'copied' : null}</output>
    </div>
  );
}
