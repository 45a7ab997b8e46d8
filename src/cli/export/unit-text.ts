/** How systemd reads the words of a unit file: its specifiers, quotes and durations. Pure. */

/** `%` begins a specifier. */
export const specifier = (text: string): string => text.replaceAll('%', '%%');

/** One word of a command line, where `$` is a variable of systemd. */
export const word = (text: string): string => quoted(specifier(text).replaceAll('$', '$$$$'));

/** One assignment, where `$` is itself. */
export const assignment = (name: string, value: string): string =>
  quoted(specifier(`${name}=${value}`));

function quoted(text: string): string {
  if (/^[\w@%+=:,./$-]+$/.test(text)) return text;
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r');
  return `"${escaped}"`;
}

/** A path stands as it is, spaces and all. */
export const path = (text: string): string => specifier(text);

export function span(ms: number): string {
  if (ms >= 1_000 && ms % 1_000 === 0) return `${ms / 1_000}s`;
  return `${Math.round(ms)}ms`;
}

/** Lines of a section; what is null is left out. */
export function section(
  name: string,
  entries: readonly (readonly [string, string | number | null])[],
): string {
  const lines = entries.flatMap(([key, value]) => (value === null ? [] : [`${key}=${value}`]));
  return [`[${name}]`, ...lines].join('\n');
}
