/** Which state of the selected actor the question is about; whoever draws states may ask. */
import { signal } from '@preact/signals';

/** A dotted path without the name of the machine; null: the whole of its state. */
export const asked = signal<{ readonly actor: number; readonly path: string } | null>(null);

/** Asks why this part of its state is active, or was. Of the machine itself: why its whole state is. */
export function ask(actor: number, path: string): void {
  asked.value = path === '' ? null : { actor, path };
}
