/**
 * Draws in SVG, the same for the same numbers: no date, no random names, no script. It
 * reads well on a light page and on a dark one, by the preference of whoever looks.
 */

export type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, content = ''): string {
  const words = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? rounded(value) : escaped(value)}"`,
  );
  const head = `<${name}${words.join('')}`;
  return content === '' ? `${head}/>` : `${head}>${content}</${name}>`;
}

export function text(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(words));
}

/** Distinct also to whoever does not tell red from green; ours is the first. */
export const colours: readonly string[] = [
  '#2f6fde',
  '#7fb0ff',
  '#e07b1a',
  '#1a9e77',
  '#b0529a',
  '#c9a400',
  '#8a5a2b',
  '#888888',
];

/** `title`: what it shows, for whoever does not see it. */
export function drawing(
  title: string,
  width: number,
  height: number,
  parts: readonly string[],
): string {
  const style = `
    svg { background: #ffffff; } text { fill: #1f2328; font: 12px system-ui, sans-serif; }
    .title { font-weight: 600; font-size: 13px; } .faint { fill: #59636e; font-size: 11px; }
    .rule { stroke: #d1d9e0; stroke-width: 1; } .whisker { stroke: #59636e; stroke-width: 1; }
    @media (prefers-color-scheme: dark) {
      svg { background: #0d1117; } text { fill: #e6edf3; } .faint { fill: #9198a1; }
      .rule { stroke: #3d444d; } .whisker { stroke: #9198a1; }
    }
  `;
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
  };
  const name = element('title', {}, escaped(title));
  return `${element('svg', attributes, `\n${name}\n<style>${style}</style>\n${parts.join('\n')}\n`)}\n`;
}

/** A few round numbers from `least` to `most`. */
export function ticks(least: number, most: number, scale: 'linear' | 'log'): readonly number[] {
  if (scale === 'log') {
    const first = Math.floor(Math.log10(least));
    const last = Math.ceil(Math.log10(most));
    return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  }
  const step = [1, 2, 5, 10]
    .map((one) => one * 10 ** Math.floor(Math.log10((most - least) / 4)))
    .find((one) => (most - least) / one <= 5) as number;
  const count = Math.ceil((most - least) / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => least + index * step);
}

export function short(value: number): string {
  if (value === 0) return '0';
  if (value >= 10_000) return `${Number((value / 1_000).toPrecision(3))}k`;
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}

const rounded = (value: number) => String(Math.round(value * 100) / 100);

const escaped = (words: string) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
