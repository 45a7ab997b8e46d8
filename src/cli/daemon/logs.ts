/** What the daemon itself has logged. It need not run for that. */
import { closeSync, fstatSync, openSync, readSync, watchFile } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { plain } from '../../runtime/sanitize.ts';
import { SupervisorError } from '../../services/errors.ts';
import { stateDirOf } from '../connection.ts';
import type { Options } from '../options.ts';
import type { Screen, Style } from '../render/screen.ts';
import { clock } from '../render/units.ts';
import { screenOf } from '../session.ts';

const lookMs = 250;
const shownBytes = 64 * 1024;

/** Goes on until ^C with -f. */
export async function daemonLogs(options: Options): Promise<number> {
  const path = join(await stateDirOf(options), 'daemon.log');
  const screen = screenOf(options);
  const isJson = options.json === true;
  let from = print(path, null, screen, isJson);
  if (options['follow'] !== true) return 0;
  watchFile(path, { interval: lookMs }, ({ size }) => {
    // It is cut when it has become long.
    if (size < from) from = 0;
    // What has come at once may be more than is read at once.
    for (let before = -1; size > from && from !== before; ) {
      before = from;
      from = print(path, from, screen, isJson);
    }
  });
  return new Promise<never>(() => {});
}

/** From there, or the last part; answers where it ends. */
function print(path: string, from: number | null, screen: Screen, isJson: boolean): number {
  const descriptor = open(path);
  try {
    const { size } = fstatSync(descriptor);
    const start = from ?? Math.max(0, size - shownBytes);
    const buffer = Buffer.alloc(Math.min(size - start, shownBytes));
    const read = readSync(descriptor, buffer, 0, buffer.length, start);
    const text = new StringDecoder('utf8').write(buffer.subarray(0, read));
    const lines = text.split('\n');
    // An unfinished line is read again when it is finished; the first may be half of one.
    const unfinished = lines.pop() ?? '';
    if (from === null && start > 0) lines.shift();
    for (const line of lines) screen.line(isJson ? line : dress(screen, line));
    return start + read - Buffer.byteLength(unfinished);
  } finally {
    closeSync(descriptor);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new SupervisorError(
      'no-log',
      `cannot read the log of the daemon: there is no ${path}`,
      'drover up -d writes one',
      error,
    );
  }
}

const levels: Readonly<Record<number, readonly [string, Style]>> = {
  20: ['debug', 'dim'],
  30: ['info', 'green'],
  40: ['warn', 'yellow'],
  50: ['error', 'red'],
  60: ['fatal', 'red'],
};

/** `14:03:07 info  the daemon listens  pid=4711`; what is no line of ours stays as it is. */
function dress(screen: Screen, line: string): string {
  try {
    const { level, time, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
    const [word, style] = levels[Number(level)] ?? ['', 'dim'];
    const when = screen.paint('dim', clock(Number(time)));
    const fields = Object.entries(rest).map(([key, value]) => `${key}=${worth(value)}`);
    const said = plain(String(msg));
    const more = screen.paint('dim', plain(fields.join(' ')));
    return `${when} ${screen.paint(style, word.padEnd(5))} ${said}  ${more}`.trimEnd();
  } catch {
    return plain(line);
  }
}

const worth = (value: unknown): string =>
  typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value);
