/** A recording and the page that shows it as one file, which opens without any server. */
import { createHash } from 'node:crypto';
import type { Recording } from './protocol.ts';

/** The page as it is built: its document, its one script and its one style sheet. */
export interface Page {
  readonly html: string;
  readonly js: string;
  readonly css: string;
}

/**
 * Nothing in the file can ask anybody anything: its content security policy lets only
 * this very script and these very styles in. What was recorded is data, never markup.
 */
export function toHtml(recording: Recording, { html, js, css }: Page): string {
  const script = `\n${harmlessScript(js)}\n`;
  const style = `\n${css.replaceAll(/<\/style/gi, '<\\/style')}\n`;
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const head = [
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<style>${style}</style>`,
  ];
  const end = [
    `<script type="application/json" id="recording">${dataOf(recording)}</script>`,
    `<script type="module">${script}</script>`,
  ];
  const bare = html
    .replaceAll(/<script\b[^>]*\bsrc=[^>]*>\s*<\/script>/gi, '')
    .replaceAll(/<link\b[^>]*\brel="?(?:stylesheet|modulepreload)[^>]*>/gi, '');
  return put(put(bare, /(<meta\s+charset=[^>]*>)/i, head), /(?=<\/body>)/i, end);
}

/** A `<` begins neither a tag nor a comment where it is written otherwise. */
export function dataOf(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** In strings and templates these mean the same, and code has no other use for them. */
function harmlessScript(js: string): string {
  return js.replaceAll(/<\/script/gi, '<\\/script').replaceAll('<!--', '\\x3c!--');
}

const hashOf = (text: string): string =>
  `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** With a function, as a `$` in what is put there means nothing. */
function put(html: string, place: RegExp, lines: readonly string[]): string {
  if (!place.test(html)) throw new Error(`cannot build the page: there is no ${place} in it`);
  return html.replace(place, (found) => `${found}\n${lines.join('\n')}\n`);
}
