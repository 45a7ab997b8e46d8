/** The colours of the page, for what is drawn and cannot take them by itself. */
import type { Family } from '../model/words.ts';

export interface Palette {
  readonly fill: Readonly<Record<Family, string>>;
  readonly ink: Readonly<Record<Family, string>>;
  readonly text: string;
  readonly muted: string;
  readonly faint: string;
  readonly line: string;
  readonly panel: string;
  readonly accent: string;
  readonly selected: string;
  readonly hover: string;
  readonly isDark: boolean;
}

const families: readonly Family[] = ['up', 'busy', 'bad', 'down', 'plain'];

/** Looked up once for each drawing: it changes with the theme. */
export function paletteOf(element: HTMLElement): Palette {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const each = (suffix: string) =>
    Object.fromEntries(families.map((one) => [one, of(`${one}${suffix}`)])) as Palette['fill'];
  return {
    fill: each('-fill'),
    ink: each(''),
    text: of('text'),
    muted: of('muted'),
    faint: of('faint'),
    line: of('line'),
    panel: of('panel'),
    accent: of('accent'),
    selected: of('accent-bg'),
    hover: of('hover'),
    isDark: style.colorScheme === 'dark',
  };
}
