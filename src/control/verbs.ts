/**
 * The closed table of what can be asked of a daemon: where each verb is found, and
 * whether it changes anything. Plain data and nothing to load, because the client
 * works by it; what goes in and comes out is described in `protocol.ts`.
 */

export interface Verb {
  readonly method: 'GET' | 'POST';
  /** `:name` stands for one segment, decoded. */
  readonly path: string;
  /** A read never has a side effect. */
  readonly access: 'read' | 'write';
  /** How the answer comes: one JSON value, server-sent events, or text. */
  readonly answer: 'json' | 'stream' | 'text';
}

const read = <const Path extends string>(path: Path) =>
  ({ method: 'GET', path, access: 'read', answer: 'json' }) as const;
const stream = <const Path extends string>(path: Path) =>
  ({ method: 'GET', path, access: 'read', answer: 'stream' }) as const;
const write = <const Path extends string>(path: Path) =>
  ({ method: 'POST', path, access: 'write', answer: 'json' }) as const;

export const verbs = {
  // -- Questions
  status: read('/status'),
  service: read('/services/:name'),
  describe: read('/services/:name/describe'),
  why: read('/services/:name/why'),
  processes: read('/services/:name/processes'),
  wait: read('/services/:name/wait'),
  history: read('/history'),
  events: stream('/events'),
  logs: stream('/logs'),
  config: read('/config'),
  chart: read('/chart'),
  timeline: read('/timeline'),
  operations: read('/operations'),
  operation: read('/operations/:id'),
  daemon: read('/daemon'),
  health: read('/health'),
  metrics: { method: 'GET', path: '/metrics', access: 'read', answer: 'text' },
  openapi: read('/openapi.json'),
  recording: read('/recording'),

  // -- Commands
  start: write('/start'),
  stop: write('/stop'),
  restart: write('/restart'),
  reload: write('/reload'),
  kill: write('/kill'),
  signal: write('/signal'),
  reset: write('/reset'),
  pin: write('/pin'),
  unpin: write('/unpin'),
  /** Changes nothing, but a configuration is too much for a query. */
  plan: { method: 'POST', path: '/plan', access: 'read', answer: 'json' },
  apply: write('/apply'),
  /** Opens a page on loopback; whoever may ask for it gets its secret. */
  inspect: write('/inspect'),
  shutdown: write('/shutdown'),
} as const satisfies Record<string, Verb>;

export type VerbName = keyof typeof verbs;

/** The names that stand in a path, such as `name` in `/services/:name`. */
export type PathParameters<Path extends string> = Path extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer Tail}`
    ? Name | PathParameters<`/${Tail}`>
    : Rest
  : never;
