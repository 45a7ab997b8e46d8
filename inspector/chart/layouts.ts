/** The layouts of definitions that came without: asked for when somebody wants to see the chart. */
import { type Signal, signal } from '@preact/signals';
import type { Definition } from '../../src/inspection/protocol.ts';
import { source } from '../model/session.ts';

export type Drawn =
  | { readonly kind: 'asked' }
  | { readonly kind: 'here'; readonly definition: Definition }
  | { readonly kind: 'failed'; readonly why: string };

/** By the object, because another server numbers them anew. */
const known = new WeakMap<Definition, Signal<Drawn>>();

/** Subscribes to its coming. */
export function drawn(definition: Definition): Drawn {
  let found = known.get(definition);
  if (found === undefined) {
    found = signal<Drawn>(
      definition.layout === null ? { kind: 'asked' } : { kind: 'here', definition },
    );
    known.set(definition, found);
    if (definition.layout === null) void ask(definition, found);
  }
  return found.value;
}

export function askAgain(definition: Definition): void {
  const found = known.get(definition);
  if (found?.peek().kind !== 'failed') return;
  found.value = { kind: 'asked' };
  void ask(definition, found);
}

async function ask(definition: Definition, into: Signal<Drawn>): Promise<void> {
  try {
    const answer = await source.peek()?.get<Definition>(`/definitions/${definition.definition}`);
    if (answer?.layout == null) throw new Error('nobody could lay it out');
    into.value = { kind: 'here', definition: { ...definition, layout: answer.layout } };
  } catch (error) {
    into.value = { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}
