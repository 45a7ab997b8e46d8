/**
 * Who may look, and who may do something. Two tokens: whoever has the one may only
 * look, and the other is made only when somebody asks for it. Both live as long as
 * the inspector.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { SupervisorError } from '../../services/errors.ts';
import { createToken, hasToken, mustBeOurs, mustBeSameSite, rulesFor } from '../access.ts';

export type Access = 'look' | 'control';

/** How long a browser may take to come. */
const visitMs = 60_000;
const mostVisits = 16;

export class Gate {
  readonly #look = createToken();
  #control: string | null = null;
  readonly #rules: ReturnType<typeof rulesFor>;
  readonly #visits = new Map<string, { readonly place: string; readonly until: number }>();

  constructor(port: number) {
    this.#rules = rulesFor(port, this.#look);
  }

  /** The token for that; whoever may control may also look. */
  token(access: Access): string {
    if (access === 'look') return this.#look;
    this.#control ??= createToken();
    return this.#control;
  }

  get hasControl(): boolean {
    return this.#control !== null;
  }

  /** On every request, also for the page, which needs no token. Throws `forbidden`. */
  mustBeOurs(headers: IncomingHttpHeaders): void {
    mustBeOurs(this.#rules, headers);
  }

  /** Throws `forbidden`, `unauthorized`. */
  accessOf(method: string, headers: IncomingHttpHeaders): Access {
    mustBeSameSite(method, headers);
    const mayLook = hasToken({ token: this.#look }, headers);
    const mayControl = this.#control !== null && hasToken({ token: this.#control }, headers);
    if (mayControl) return 'control';
    if (mayLook) return 'look';
    throw new SupervisorError(
      'unauthorized',
      'a token is needed, in the header Authorization: Bearer TOKEN',
      'open the address that `drover inspect` prints; it changes with every start',
    );
  }

  /**
   * A word that is good for one visit, and soon for none: the command line of a browser
   * can be read by every user of the machine, and a token in it would stay good.
   */
  invite(place: string, now = Date.now()): string {
    for (const [word, { until }] of this.#visits) if (until < now) this.#visits.delete(word);
    const [oldest] = this.#visits.keys();
    if (oldest !== undefined && this.#visits.size >= mostVisits) this.#visits.delete(oldest);
    const word = createToken();
    this.#visits.set(word, { place, until: now + visitMs });
    return word;
  }

  /** Where to, with its token, for whoever was invited. Throws `forbidden`. */
  admit(word: string, now = Date.now()): string {
    const visit = this.#visits.get(word);
    this.#visits.delete(word);
    if (visit !== undefined && now <= visit.until) return visit.place;
    throw new SupervisorError(
      'forbidden',
      'this address was good for one visit, or its time is over',
      'ask for another one: `drover inspect`',
    );
  }
}

/** Throws `read-only`. */
export function mustControl(access: Access): void {
  if (access === 'control') return;
  throw new SupervisorError(
    'read-only',
    'cannot change anything from here: this inspector may only look',
    'open it with `drover inspect --control`',
  );
}
