/** What the page knows, as signals that tick when it learns more. */
import { signal } from '@preact/signals';
import { History } from './history.ts';
import { Lanes } from './lanes.ts';
import { Usage } from './usage.ts';

/** Whoever learns something for all to see makes it grow. */
export const ticks = signal(0);

const store = new History();
const drawn = new Lanes();

/** CPU and memory of the services, as they were while this page looked. */
export const usage = new Usage();

/** Reading `value` subscribes to whatever is learned. The object itself stays the same. */
export const history = {
  get value(): History {
    ticks.value;
    return store;
  },
  peek: (): History => store,
};

/** What everybody did when. Subscribes like `history`. */
export const lanes = {
  get value(): Lanes {
    ticks.value;
    return drawn;
  },
  peek: (): Lanes => drawn,
};
