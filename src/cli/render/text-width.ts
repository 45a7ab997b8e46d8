/** How wide text is on a terminal, and how it is cut to fit. Pure. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
const colour = /\u001b\[[0-9;:]*m/g;
/** What has no width of its own, and what has two columns; of the rest, each has one. */
const narrow = /[\p{Mark}\p{Format}]/gu;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/gu;
const plainText = /^[ -~]*$/;

/** In columns; colours count for nothing. */
export function widthOf(text: string): number {
  if (plainText.test(text)) return text.length;
  const shown = text.replaceAll(colour, '').replaceAll(narrow, '');
  return [...shown].length + (shown.match(wide)?.length ?? 0);
}

/** Text without colours that is longer than that ends with an ellipsis. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return '';
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += widthOf(character);
    if (used > width - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + space : space + text;
}
