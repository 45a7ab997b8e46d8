/**
 * Lines of a log as pieces of one look each: colours and weights of the terminal (SGR) are
 * understood, every other escape and control character is left out. Gives text and the
 * names of classes, never markup.
 */

export interface Piece {
  readonly text: string;
  /** Names of classes, separated by spaces; empty: plain. */
  readonly style: string;
  /** `#rrggbb`, where it is none of the sixteen. */
  readonly colour: string | null;
  readonly background: string | null;
}

interface Look {
  readonly flags: ReadonlySet<string>;
  readonly fg: string | null;
  readonly bg: string | null;
}

const plain: Look = { flags: new Set(), fg: null, bg: null };

// CSI; OSC, DCS, SOS, PM and APC up to their end; any other two; what is left of controls.
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(?:\x1b\[|\x9b)([0-?]*)([ -/]*)([@-~])|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)|\x1b[ -/]*[0-~]?|[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;

export function piecesOf(line: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let look = plain;
  let from = 0;
  const put = (text: string): void => {
    if (text !== '') pieces.push({ text, ...styleOf(look) });
  };
  for (const match of line.matchAll(escapes)) {
    put(line.slice(from, match.index));
    from = match.index + match[0].length;
    const [, numbers, between, final] = match;
    if (final === 'm' && between === '' && numbers !== undefined) look = apply(look, numbers);
  }
  put(line.slice(from));
  return pieces;
}

/** What one reads, for searching. */
export function textOf(line: string): string {
  return line.replace(escapes, '');
}

function styleOf({ flags, fg, bg }: Look): Omit<Piece, 'text'> {
  const isInverse = flags.has('inverse');
  const [front, back] = isInverse ? [bg, fg] : [fg, bg];
  const names = [...flags].map((flag) => `sgr-${flag}`);
  if (front !== null && !front.startsWith('#')) names.push(`sgr-fg-${front}`);
  if (back !== null && !back.startsWith('#')) names.push(`sgr-bg-${back}`);
  return {
    style: names.join(' '),
    colour: front?.startsWith('#') ? front : null,
    background: back?.startsWith('#') ? back : null,
  };
}

const on: Readonly<Record<number, string>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
  8: 'hidden',
  9: 'strike',
};
const off: Readonly<Record<number, readonly string[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  28: ['hidden'],
  29: ['strike'],
};

function apply(look: Look, numbers: string): Look {
  const codes = numbers.split(/[;:]/).map((one) => (one === '' ? 0 : Number(one)));
  let now = look;
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes.slice(i + 1));
      now = code === 38 ? { ...now, fg: colour } : { ...now, bg: colour };
      i += used;
    } else now = applyOne(now, code);
  }
  return now;
}

function applyOne(look: Look, code: number): Look {
  const flag = on[code];
  if (code === 0) return plain;
  if (flag !== undefined) return { ...look, flags: new Set(look.flags).add(flag) };
  const gone = off[code];
  if (gone !== undefined) {
    return { ...look, flags: new Set([...look.flags].filter((one) => !gone.includes(one))) };
  }
  if (code >= 30 && code <= 37) return { ...look, fg: String(code - 30) };
  if (code >= 90 && code <= 97) return { ...look, fg: String(code - 90 + 8) };
  if (code >= 40 && code <= 47) return { ...look, bg: String(code - 40) };
  if (code >= 100 && code <= 107) return { ...look, bg: String(code - 100 + 8) };
  if (code === 39) return { ...look, fg: null };
  return code === 49 ? { ...look, bg: null } : look;
}

/** `5;n` is one of 256, `2;r;g;b` any. Gives the colour and how many numbers it took. */
function extended([kind, ...rest]: readonly number[]): readonly [string | null, number] {
  if (kind === 5) return [indexed(rest[0] ?? 0), 2];
  if (kind !== 2) return [null, rest.length + 1];
  return [hex(rest.slice(0, 3)), 4];
}

function indexed(n: number): string | null {
  if (!(n >= 0 && n <= 255)) return null;
  if (n < 16) return String(n);
  if (n >= 232) return hex(Array.from({ length: 3 }, () => 8 + (n - 232) * 10));
  const level = (i: number): number => (i === 0 ? 0 : 55 + i * 40);
  const cube = n - 16;
  return hex([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}

const hex = (rgb: readonly number[]): string =>
  `#${[0, 1, 2]
    .map((i) =>
      byte(rgb[i] ?? 0)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

const byte = (n: number): number => (Number.isFinite(n) ? Math.min(255, Math.max(0, n)) : 0);
