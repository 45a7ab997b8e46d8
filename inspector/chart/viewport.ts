/** Which part of a picture is shown, and how large: wheel, drag, keys, and by itself. */
import type { Box } from '../../src/inspection/protocol.ts';

export interface Shift {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const smallest = 0.08;
const largest = 3;
/** Below that, text cannot be read. */
export const legible = 0.62;

export class Viewport {
  #shift: Shift = { x: 0, y: 0, scale: 1 };
  #frame = 0;
  readonly #svg: SVGSVGElement;
  readonly #size: { readonly width: number; readonly height: number };
  readonly #changed: (shift: Shift, isByHand: boolean) => void;

  constructor(
    svg: SVGSVGElement,
    size: { readonly width: number; readonly height: number },
    changed: (shift: Shift, isByHand: boolean) => void,
  ) {
    this.#svg = svg;
    this.#size = size;
    this.#changed = changed;
  }

  get shift(): Shift {
    return this.#shift;
  }

  /** The part of the picture that is seen. */
  get seen(): Box {
    const { x, y, scale } = this.#shift;
    const { width, height } = this.#room();
    return { x: -x / scale, y: -y / scale, width: width / scale, height: height / scale };
  }

  get wholeScale(): number {
    const { width, height } = this.#room();
    return Math.min(width / this.#size.width, height / this.#size.height, 1.25);
  }

  fit(isByHand = false, isSmooth = true): void {
    const scale = Math.max(this.wholeScale, smallest);
    const { width, height } = this.#room();
    const x = (width - this.#size.width * scale) / 2;
    const y = (height - this.#size.height * scale) / 2;
    this.#go({ x, y, scale }, isByHand, isSmooth);
  }

  /**
   * Everything where that can be read; else what matters with what is around it; else
   * what matters, in the middle.
   */
  show(box: Box, around: Box, isSmooth = true): void {
    if (this.wholeScale >= legible) return this.fit(false, isSmooth);
    const { width, height } = this.#room();
    const fitting = Math.min(width / (around.width + 70), height / (around.height + 110));
    const isAll = fitting >= legible;
    const scale = isAll ? Math.min(1, fitting) : 0.85;
    const middle = isAll ? around : box;
    const x = width / 2 - (middle.x + middle.width / 2) * scale;
    const y = height / 2 - (middle.y + middle.height / 2) * scale;
    this.#go(
      {
        scale,
        x: this.#held(x, width, this.#size.width * scale),
        y: this.#held(y, height, this.#size.height * scale),
      },
      false,
      isSmooth,
    );
  }

  /** Moves only as far as it must. */
  reveal(box: Box): void {
    const { x, y, scale } = this.#shift;
    const { width, height } = this.#room();
    const margin = 30;
    const into = (at: number, size: number, shift: number, room: number) => {
      const start = at * scale + shift;
      if (start < margin) return shift + margin - start;
      const end = start + size * scale;
      return end > room - margin ? shift - Math.min(end - room + margin, start - margin) : shift;
    };
    this.#go({ scale, x: into(box.x, box.width, x, width), y: into(box.y, box.height, y, height) });
  }

  /** Around a point of the screen, else around the middle. */
  zoom(by: number, at?: { readonly x: number; readonly y: number }): void {
    const { width, height } = this.#room();
    const { x: cx, y: cy } = at ?? { x: width / 2, y: height / 2 };
    const { x, y, scale } = this.#shift;
    const wanted = Math.min(Math.max(scale * by, smallest), largest);
    const k = wanted / scale;
    this.#go({ scale: wanted, x: cx - (cx - x) * k, y: cy - (cy - y) * k }, true, false);
  }

  move(dx: number, dy: number): void {
    const { x, y, scale } = this.#shift;
    this.#go({ scale, x: x + dx, y: y + dy }, true, false);
  }

  centre(x: number, y: number): void {
    const { width, height } = this.#room();
    const { scale } = this.#shift;
    this.#go({ scale, x: width / 2 - x * scale, y: height / 2 - y * scale }, true, false);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
  }

  /** No empty space at one side while there is something to see on the other. */
  #held(shift: number, room: number, size: number): number {
    if (size <= room) return (room - size) / 2;
    return Math.min(12, Math.max(room - size - 12, shift));
  }

  #room(): { readonly width: number; readonly height: number } {
    return {
      width: Math.max(50, this.#svg.clientWidth),
      height: Math.max(50, this.#svg.clientHeight),
    };
  }

  #go(to: Shift, isByHand = false, isSmooth = true): void {
    cancelAnimationFrame(this.#frame);
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!isSmooth || isStill || document.hidden) return this.#set(to, isByHand);
    const from = this.#shift;
    const began = performance.now();
    const step = (now: number) => {
      const t = Math.min(1, Math.max(0, (now - began) / 280));
      const e = 1 - (1 - t) ** 3;
      const mix = (a: number, b: number) => a + (b - a) * e;
      this.#set(
        { x: mix(from.x, to.x), y: mix(from.y, to.y), scale: mix(from.scale, to.scale) },
        isByHand,
      );
      if (t < 1) this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  #set(to: Shift, isByHand: boolean): void {
    this.#shift = to;
    this.#changed(to, isByHand);
  }
}
