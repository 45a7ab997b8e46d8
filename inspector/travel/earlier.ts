/**
 * Older stretches, which the journal remembers and this page does not. A journal has its
 * own numbers for actors, so what it tells is looked at instead of the present, not with it.
 */
import { signal } from '@preact/signals';
import type { Recording } from '../../src/inspection/protocol.ts';
import { begin } from '../model/open.ts';
import { recordingSource } from '../model/recording-source.ts';
import { history, moment, navigate, source } from '../model/session.ts';
import { type Source, SourceError } from '../model/source.ts';

/** The live source that was left for the journal; null: it was not left. */
export const left = signal<Source | null>(null);
export const isLoading = signal(false);
export const problem = signal<string | null>(null);

/** Opens the journal from so long before what is known, and stays at the moment one was at. */
export async function loadEarlier(moreMs: number): Promise<void> {
  const live = left.peek() ?? source.peek();
  if (live === null || isLoading.peek()) return;
  isLoading.value = true;
  problem.value = null;
  try {
    const from = history.peek().first;
    const at = moment.peek() ?? from;
    const recording = await live.get<Recording>(`/journal?since=${Math.floor(from - moreMs)}`);
    if (recording.from >= from) {
      throw new SourceError('no-more', 'the journal remembers nothing earlier');
    }
    left.value = live;
    begin(recordingSource(recording));
    navigate({ moment: at });
  } catch (error) {
    problem.value = error instanceof SourceError ? error.message : String(error);
  } finally {
    isLoading.value = false;
  }
}

export function backToLive(): void {
  const live = left.peek();
  // First, as whoever begins goes where the address says.
  navigate({ moment: null });
  if (live === null) return;
  left.value = null;
  begin(live);
}

export const isLive = (moment: number | null): boolean =>
  moment === null && left.value === null && source.value?.kind === 'live';
