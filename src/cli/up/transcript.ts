/** What happens and what services print, line by line, each in its service's colour. */
import { styleText } from 'node:util';
import type { Subscription } from 'rxjs';
import type { Status } from '../../machines/vocabulary.ts';
import type { Supervisor, SupervisorEvent } from '../../runtime/api.ts';
import { sanitize } from '../../runtime/sanitize.ts';
import type { Options } from '../options.ts';

type Style = Parameters<typeof styleText>[0];

const palette: readonly Style[] = [
  'cyan',
  'yellow',
  'green',
  'magenta',
  'blue',
  'cyanBright',
  'yellowBright',
  'greenBright',
  'magentaBright',
  'blueBright',
];

const marks: Readonly<Record<Status, readonly [string, Style]>> = {
  adopting: ['?', 'gray'],
  stopped: ['○', 'gray'],
  starting: ['◌', 'yellow'],
  running: ['●', 'green'],
  stopping: ['◍', 'yellow'],
  killing: ['◍', 'red'],
  stuck: ['■', 'red'],
  crashed: ['✗', 'red'],
  backoff: ['↻', 'yellow'],
  completed: ['✓', 'green'],
  failed: ['✗', 'red'],
};

export class Transcript {
  readonly #options: Options;
  readonly #styles: ReadonlyMap<string, Style>;
  readonly #width: number;
  readonly #hasColour: boolean;
  readonly #subscriptions: readonly Subscription[];
  #failures = new Set<string>();

  constructor(supervisor: Supervisor, options: Options) {
    const names = supervisor.status().services.map(({ name }) => name);
    this.#options = options;
    this.#width = Math.max(6, ...names.map((name) => name.length));
    this.#styles = new Map(
      names.map((name, i) => [name, palette[i % palette.length] ?? 'cyan'] as const),
    );
    this.#hasColour =
      options.color !== false && process.stdout.isTTY === true && !process.env['NO_COLOR'];
    this.#subscriptions = [
      supervisor.events$.subscribe((event) => this.#event(event)),
      ...(options.json === true || options.quiet === true
        ? []
        : [
            supervisor
              .logs(undefined, { follow: true, lines: 0 })
              .subscribe(({ service, text }) => this.#line(service, text)),
          ]),
    ];
  }

  /** Something failed for good, and nobody has started it again. */
  get hasFailed(): boolean {
    return this.#failures.size > 0;
  }

  /** A word of drover's own. */
  note(text: string): void {
    if (this.#options.json !== true) this.#print('drover', 'bold', text);
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  #event(event: SupervisorEvent): void {
    if (this.#options.json === true) {
      process.stdout.write(`${JSON.stringify(event)}\n`);
    }
    if (event.type === 'service.state') {
      if (event.to === 'failed') this.#failures.add(event.service);
      if (event.to === 'starting') this.#failures.delete(event.service);
    }
    if (this.#options.json !== true) this.#tell(event);
  }

  #tell(event: SupervisorEvent): void {
    switch (event.type) {
      case 'service.state': {
        const [mark, style] = marks[event.to];
        const pid = event.to === 'running' && event.pid !== null ? `, pid ${event.pid}` : '';
        const text = `${this.#paint(style, `${mark} ${event.to}`)}: ${event.cause}${pid}`;
        return this.#print(event.service, this.#styles.get(event.service) ?? 'cyan', text);
      }
      case 'service.progress':
        return this.#print(
          event.service,
          this.#styles.get(event.service) ?? 'cyan',
          this.#paint('gray', `  ${sanitize(event.message)}`),
        );
      case 'manager.degraded':
        return this.#print('drover', 'red', event.reason);
      case 'manager.healed':
        return this.#print('drover', 'green', 'all is well again');
      case 'manager.defect':
        return this.#print('drover', 'red', `a defect of drover's own: ${event.message}`);
      default:
    }
  }

  #line(service: string, text: string): void {
    const isTerminal = process.stdout.isTTY === true;
    this.#print(service, this.#styles.get(service) ?? 'cyan', isTerminal ? sanitize(text) : text);
  }

  #print(name: string, style: Style, text: string): void {
    process.stdout.write(`${this.#paint(style, `${name.padEnd(this.#width)} │`)} ${text}\n`);
  }

  #paint(style: Style, text: string): string {
    // Whether there is colour was decided by us, not by what `styleText` thinks of a stream.
    return this.#hasColour ? styleText(style, text, { validateStream: false }) : text;
  }
}
