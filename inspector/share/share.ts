/** The words and names of what is shared. Pure. */

/** The command that makes the same file on the command line. */
export function recordCommand(sinceMs: number, file: string, isTest = false): string {
  return `drover record --since ${span(sinceMs)} ${isTest ? '--as-test' : '-o'} ${file}`;
}

/** Whole minutes, rounded up, where it is longer than one. */
export function span(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  return seconds <= 90 ? `${seconds}s` : `${Math.ceil(seconds / 60)}m`;
}

/** `drover-shop-2026-11-25-1649`; nothing of a name that a file system may mind. */
export function fileName(name: string, at: number): string {
  const safe = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'system';
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `drover-${safe}-${day}-${two(date.getHours())}${two(date.getMinutes())}`;
}
