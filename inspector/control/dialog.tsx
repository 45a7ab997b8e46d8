/** Asks back before something that cannot be made good. The browser keeps the focus in it. */
import { useEffect, useRef } from 'preact/hooks';
import type { Question } from './offers.ts';
import './dialog.css';

interface DialogProps {
  readonly question: Question;
  readonly onAnswer: (isYes: boolean) => void;
}

export function Dialog({ question, onAnswer }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="ask"
      role="alertdialog"
      aria-labelledby="ask-title"
      aria-describedby="ask-text"
      data-ask
      onClose={() => onAnswer(dialog.current?.returnValue === 'yes')}
    >
      <form method="dialog">
        <h2 id="ask-title">{question.title}</h2>
        <div id="ask-text">
          {question.text.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
        <div class="ask-buttons">
          {/* The harmless one has the focus, so that a key too many does no harm. */}
          <button type="submit" value="no" data-answer="no">
            Cancel
          </button>
          <button type="submit" value="yes" class="ask-yes" data-answer="yes">
            {question.confirm}
          </button>
        </div>
      </form>
    </dialog>
  );
}
