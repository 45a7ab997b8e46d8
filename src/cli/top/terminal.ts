/** The other screen that terminals have, so that what was on it before is there again afterwards. */

const enter = '\u001b[?1049h\u001b[?25l\u001b[2J\u001b[H';
const leave = '\u001b[?25h\u001b[?1049l';
const wipe = '\u001b[2J\u001b[H';

export class AlternateScreen {
  readonly #out: NodeJS.WriteStream;
  #isOn = false;
  /** Also where the process ends in a way that nobody thought of. */
  readonly #restore = (): void => this.leave();

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  enter(): void {
    this.#isOn = true;
    this.#out.write(enter);
    process.on('exit', this.#restore);
  }

  wipe(): void {
    if (this.#isOn) this.#out.write(wipe);
  }

  leave(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    process.off('exit', this.#restore);
    this.#out.write(leave);
  }
}
