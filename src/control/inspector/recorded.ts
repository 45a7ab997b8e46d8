/** A recording, as an inspector shows it: all of it at once, and nobody can be asked. */
import type { Definition, Info, Recording } from '../../inspection/protocol.ts';
import { SupervisorError } from '../../services/errors.ts';
import type { Inspected } from './inspected.ts';
import { type LayOut, withLayouts } from './layouts.ts';

export class Recorded implements Inspected {
  readonly #recording: Recording;
  readonly #layOut: LayOut;

  constructor(recording: Recording, layOut: LayOut) {
    this.#recording = recording;
    this.#layOut = layOut;
  }

  info(): Info {
    return { ...this.#recording.info, control: false };
  }

  async recording(): Promise<Recording> {
    return this.#recording;
  }

  async journal(): Promise<Recording> {
    return this.#recording;
  }

  laidOut(recording: Recording): Promise<Recording> {
    return withLayouts(recording, this.#layOut);
  }

  async definition(number: number): Promise<Definition> {
    const { definitions } = await this.laidOut(this.#recording);
    const found = definitions.find(({ definition }) => definition === number);
    if (found !== undefined) return found;
    throw new SupervisorError('not-found', `there is no definition ${number}`);
  }

  readonly news = notLive;
  readonly logs = notLive;
  readonly stately = notLive;
  readonly why = notLive;
  readonly next = notLive;
  readonly whatIf = notLive;
  readonly send = notLive;
  readonly command = notLive;

  close(): void {}
}

function notLive(): never {
  throw new SupervisorError(
    'not-live',
    'this is a recording: there is nobody to ask',
    'all that there is of it is at /api/recording',
  );
}
