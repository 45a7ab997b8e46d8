/** What happens and what services print, line by line, each in its service's colour. */
import type { Subscription } from 'rxjs';
import type { Supervisor, SupervisorEvent } from '../../runtime/api.ts';
import type { Options } from '../options.ts';
import { LogPrinter } from '../render/log-printer.ts';
import { ServiceColours } from '../render/marks.ts';
import type { Screen } from '../render/screen.ts';
import { deed, subjectOf } from '../render/story.ts';
import { pad } from '../render/text-width.ts';
import { screenOf } from '../session.ts';

/** Those that a reader of the terminal wants; the journal has them all. */
const told: ReadonlySet<SupervisorEvent['type']> = new Set([
  'service.state',
  'service.progress',
  'service.removed',
  'manager.defect',
  'manager.degraded',
  'manager.healed',
]);

export class Transcript {
  readonly #supervisor: Supervisor;
  readonly #options: Options;
  readonly #screen: Screen;
  readonly #colours: ServiceColours;
  readonly #width: number;
  readonly #subscriptions: Subscription[] = [];
  /** Failed for good, and not started again since. */
  readonly #failures = new Set<string>();

  constructor(supervisor: Supervisor, options: Options) {
    const names = supervisor.status().services.map(({ name }) => name);
    this.#supervisor = supervisor;
    this.#options = options;
    this.#screen = screenOf(options);
    this.#colours = new ServiceColours(names);
    this.#width = Math.max('drover'.length, ...names.map((name) => name.length));
    this.#subscriptions.push(supervisor.events$.subscribe((event) => this.#event(event)));
    if (options.json !== true && options.quiet !== true) this.#followLogs(supervisor, names);
  }

  get hasFailed(): boolean {
    return this.#failures.size > 0;
  }

  /** A word of drover's own. */
  note(text: string): void {
    if (this.#options.json !== true) this.#print('drover', text);
  }

  /** Whoever reads a file later waits for nobody. */
  waiting(sentence: string): void {
    if (this.#screen.isTerminal && this.#options.quiet !== true) {
      this.note(this.#screen.paint('dim', sentence));
    }
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  #followLogs(supervisor: Supervisor, names: readonly string[]): void {
    const printer = new LogPrinter(this.#screen, this.#options, ['drover', ...names]);
    const lines = supervisor.logs(undefined, { follow: true, lines: 0 });
    this.#subscriptions.push(lines.subscribe((line) => void printer.print(line)));
  }

  #event(event: SupervisorEvent): void {
    if (event.type === 'service.state') {
      if (event.to === 'failed') this.#failures.add(event.service);
      if (event.to === 'starting') this.#failures.delete(event.service);
    }
    if (this.#options.json === true) this.#screen.line(JSON.stringify(event));
    else if (told.has(event.type) && !this.#isStep(event))
      this.#print(subjectOf(event), deed(this.#screen, event));
  }

  /** Between a backoff and the next start it is stopped for no time, which would only confuse. */
  #isStep(event: SupervisorEvent): boolean {
    if (event.type !== 'service.state' || event.from !== 'backoff') return false;
    const { services } = this.#supervisor.status();
    // It may have been removed in the meantime.
    const service = services.find(({ name }) => name === event.service);
    return event.to === 'stopped' && service?.desired === 'up';
  }

  #print(name: string, text: string): void {
    const style = name === 'drover' ? 'bold' : this.#colours.of(name);
    this.#screen.line(`${this.#screen.paint(style, `${pad(name, this.#width)} │`)} ${text}`);
  }
}
