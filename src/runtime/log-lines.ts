/**
 * Cuts bytes into lines, whatever the bytes are. It works on bytes, for a chunk may
 * end within a character; only a whole line is decoded, and what is no UTF-8 becomes
 * U+FFFD here and nowhere earlier.
 */

/** A longer line is cut here, and what is behind the cut is not shown. */
export const maxLineBytes = 64 * 1024;

export interface TextLine {
  readonly text: string;
  readonly truncated: boolean;
  /** How many bytes of the chunk it and all before it are; 0 where no newline ended it. */
  readonly end: number;
}

const newline = 0x0a;

export class LineCutter {
  /** The beginning of a line that has no end yet. */
  #begun: Buffer[] = [];
  #length = 0;
  #tooLong = false;

  /** How many bytes of an unfinished line are held. */
  get pending(): number {
    return this.#length;
  }

  cut(bytes: Uint8Array): readonly TextLine[] {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const lines: TextLine[] = [];
    let start = 0;
    for (;;) {
      const end = buffer.indexOf(newline, start);
      if (end === -1) break;
      this.#add(buffer.subarray(start, end));
      start = end + 1;
      lines.push(this.#take(start));
    }
    // Copied, so that a few bytes do not keep a whole chunk alive.
    this.#add(Buffer.from(buffer.subarray(start)));
    return lines;
  }

  /** The last line, where no newline ended it. */
  finish(): readonly TextLine[] {
    return this.#length > 0 ? [this.#take(0)] : [];
  }

  #add(part: Buffer): void {
    const room = maxLineBytes - this.#length;
    if (part.length > room) this.#tooLong = true;
    if (room <= 0 || part.length === 0) return;
    this.#begun.push(part.subarray(0, room));
    this.#length += Math.min(room, part.length);
  }

  #take(end: number): TextLine {
    const bytes = Buffer.concat(this.#begun);
    const truncated = this.#tooLong;
    this.#begun = [];
    this.#length = 0;
    this.#tooLong = false;
    const whole = truncated ? bytes.subarray(0, wholeCharacters(bytes)) : bytes;
    return { text: whole.toString('utf8'), truncated, end };
  }
}

/** A cut within a character would show it as broken, which it is not. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
