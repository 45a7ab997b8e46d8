/**
 * Makes what a service printed harmless to a terminal. Pure. It goes through the text
 * once: removing one thing after another could leave pieces that together are a new one.
 */

/** Nothing but characters to see, which is nearly always all there is. */
const harmless = /^[\t -~\u00a0-\u2029\u202f-\u2065\u206a-\uffff]*$/;
const sequence = /([0-?]*)([ -/]*)([@-~])?/y;
const twoCharacters = /[ -/]*[0-~]?/y;
const colours = /^[0-9;:]*$/;

const tab = 0x09;
const bell = 0x07;
const escapeCode = 0x1b;
const csi = 0x9b;
const stringEnd = 0x9c;
/** DCS, SOS, OSC, PM and APC, as one character each; behind ESC the second row. */
const stringCodes: readonly number[] = [0x90, 0x98, 0x9d, 0x9e, 0x9f];
const stringLetters = 'PX]^_';

/**
 * For a terminal: colours and the like (SGR) stay, anything that moves, names, asks or
 * reorders is gone, newlines included. An unfinished sequence is gone as well.
 */
export function sanitize(text: string): string {
  return harmless.test(text) ? text : scan(text, true);
}

/** For a sentence: no colours either. */
export function plain(text: string): string {
  return harmless.test(text) ? text : scan(text, false);
}

function scan(text: string, keepColours: boolean): string {
  let shown = '';
  for (let at = 0; at < text.length; ) {
    const [end, kept] = step(text, at);
    if (kept === 'character' || (kept === 'colour' && keepColours)) shown += normal(text, at, end);
    at = end;
  }
  return shown;
}

/** Where the thing that begins here ends, and what it is. */
function step(text: string, at: number): [end: number, kind: 'character' | 'colour' | 'other'] {
  const code = text.charCodeAt(at);
  if (code === tab || isShown(code)) return [at + 1, 'character'];
  if (code === csi) return sequenceFrom(text, at + 1);
  if (stringCodes.includes(code)) return [endOfString(text, at + 1), 'other'];
  if (code !== escapeCode) return [at + 1, 'other'];
  const letter = text[at + 1] ?? '';
  if (letter === '[') return sequenceFrom(text, at + 2);
  if (letter !== '' && stringLetters.includes(letter)) return [endOfString(text, at + 2), 'other'];
  twoCharacters.lastIndex = at + 1;
  twoCharacters.exec(text);
  return [Math.max(at + 1, twoCharacters.lastIndex), 'other'];
}

function sequenceFrom(text: string, at: number): [end: number, kind: 'colour' | 'other'] {
  sequence.lastIndex = at;
  const [whole = '', parameters = '', between = '', final] = sequence.exec(text) ?? [];
  const isColour = final === 'm' && between === '' && colours.test(parameters);
  return [at + whole.length, isColour ? 'colour' : 'other'];
}

function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === bell || code === stringEnd) return at + 1;
    // ESC \ ends it; any other ESC breaks it off and begins something else.
    if (code === escapeCode) return text[at + 1] === '\\' ? at + 2 : at;
  }
  return text.length;
}

/** A colour that came with the one-character CSI gets the one that every terminal knows. */
function normal(text: string, at: number, end: number): string {
  const piece = text.slice(at, end);
  return piece.charCodeAt(0) === csi ? `\u001b[${piece.slice(1)}` : piece;
}

function isShown(code: number): boolean {
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return false;
  // Marks that reorder what is shown, so that a line reads as it is not.
  return !((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069));
}
