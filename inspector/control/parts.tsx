/** The buttons of the control panel, and what became of the last command. */
import type { Leave } from '../model/session.ts';
import type { Offer, Verb } from './offers.ts';

export type Outcome =
  | { readonly kind: 'busy'; readonly text: string }
  | { readonly kind: 'done'; readonly lines: readonly string[] }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly hint: string | null;
    };

interface ButtonsProps {
  readonly offers: readonly Offer[];
  readonly leave: Leave;
  readonly isBusy: boolean;
  readonly onVerb: (verb: Verb) => void;
}

/** One that cannot be asked stays in reach of the keyboard, to say why not. */
export function Buttons({ offers, leave, isBusy, onVerb }: ButtonsProps) {
  return (
    <div class="control-buttons" role="toolbar" aria-label="Commands">
      {offers.map(({ verb, obstacle }) => {
        const why = leave.why ?? obstacle;
        const isOff = why !== null || isBusy;
        return (
          <span key={verb} class="control-verb">
            <button
              type="button"
              data-verb={verb}
              aria-disabled={isOff}
              aria-describedby={why === null ? undefined : `why-not-${verb}`}
              title={why === null ? undefined : `Not now: ${why}`}
              onClick={() => isOff || onVerb(verb)}
            >
              {verb}
            </button>
            {why === null ? null : (
              <span class="control-why-not" id={`why-not-${verb}`} role="tooltip">
                {why}
              </span>
            )}
          </span>
        );
      })}
    </div>
  );
}

export function Became({ outcome }: { readonly outcome: Outcome }) {
  if (outcome.kind === 'failed') {
    return (
      <div class="control-outcome bad" role="alert" data-result="failed">
        <p>{outcome.message}</p>
        {outcome.hint === null ? null : <p>{outcome.hint}</p>}
        <code>{outcome.code}</code>
      </div>
    );
  }
  const lines = outcome.kind === 'busy' ? [outcome.text] : outcome.lines;
  return (
    <div
      class={`control-outcome ${outcome.kind === 'busy' ? 'busy' : 'up'}`}
      role="status"
      data-result={outcome.kind}
    >
      {lines.slice(0, 12).map((line) => (
        <p key={line}>{line}</p>
      ))}
      {lines.length > 12 ? <p>and {lines.length - 12} more</p> : null}
    </div>
  );
}
