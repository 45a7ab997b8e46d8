/** One part of the panel of details: a heading that opens and closes what is below it. */
import type { ComponentChildren } from 'preact';
import './part.css';

interface PartProps {
  readonly name: string;
  readonly title: string;
  readonly note?: string | null;
  readonly isOpen?: boolean;
  readonly children: ComponentChildren;
}

export function Part({ name, title, note = null, isOpen = true, children }: PartProps) {
  return (
    <details class="part" data-part={name} open={isOpen}>
      <summary>
        <h2>{title}</h2>
        {note === null ? null : <span class="part-note">{note}</span>}
      </summary>
      <div class="part-body">{children}</div>
    </details>
  );
}
