/** Definitions with their layout, which is made once, and only when somebody wants to see it. */
import type { Definition, Layout, Recording } from '../../inspection/protocol.ts';

export type LayOut = (definition: Definition) => Promise<Layout>;

/** Loads what makes layouts when the first one is made; they are kept in that directory. */
export function layOutIn(directory: string | null): LayOut {
  return async (definition) => {
    const { layOut } = await import('../../inspection/layout.ts');
    return layOut(definition, directory === null ? {} : { directory });
  };
}

export class Layouts {
  readonly #layOut: LayOut;
  readonly #under = new Map<number, Promise<Layout | null>>();
  readonly #made = new Map<number, Layout>();

  constructor(layOut: LayOut) {
    this.#layOut = layOut;
  }

  /** As far as it is known at present. */
  ofNow(definition: Definition): Definition {
    return { ...definition, layout: this.#made.get(definition.definition) ?? definition.layout };
  }

  /** Where none can be made it stays null; a chart as a list is better than no chart. */
  async of(definition: Definition): Promise<Definition> {
    const { definition: number } = definition;
    let layout = this.#under.get(number);
    if (layout === undefined) {
      layout = this.#make(definition);
      this.#under.set(number, layout);
    }
    return { ...definition, layout: await layout };
  }

  async #make(definition: Definition): Promise<Layout | null> {
    try {
      const layout = await this.#layOut(definition);
      this.#made.set(definition.definition, layout);
      return layout;
    } catch {
      this.#under.delete(definition.definition);
      return null;
    }
  }
}

/**
 * A recording is opened where nobody can be asked for a layout. Its definitions may have
 * numbers of their own, so they are not kept with others.
 */
export async function withLayouts(recording: Recording, layOut: LayOut): Promise<Recording> {
  const layouts = new Layouts(layOut);
  const definitions = await Promise.all(
    recording.definitions.map((one) => (one.layout === null ? layouts.of(one) : one)),
  );
  return { ...recording, definitions };
}
