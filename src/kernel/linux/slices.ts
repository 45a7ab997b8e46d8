/**
 * Does long work in short slices, and lets the event loop serve others in between. It
 * knows nothing of the work, which says by a `yield` where it can pause.
 */
import type { Cancel } from '../port.ts';

export type Work<Answer> = Generator<unknown, Answer>;

/** Short beside what else happens in a turn of the event loop. */
const sliceMs = 6;

/** Calls back once, and never before it has returned; with null where the work has thrown. */
export function inSlices<Answer>(
  work: Work<Answer>,
  done: (answer: Answer | null) => void,
): Cancel {
  const goOn = () => {
    const slice = doSlice(work);
    if (slice === 'more') next = setImmediate(goOn);
    else done(slice.answer);
  };
  let next = setImmediate(goOn);
  return () => clearImmediate(next);
}

function doSlice<Answer>(work: Work<Answer>): { readonly answer: Answer | null } | 'more' {
  const ends = performance.now() + sliceMs;
  try {
    for (;;) {
      const step = work.next();
      if (step.done === true) return { answer: step.value };
      if (performance.now() >= ends) return 'more';
    }
  } catch {
    return { answer: null };
  }
}
