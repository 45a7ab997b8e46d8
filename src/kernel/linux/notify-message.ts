/**
 * Decides what a message to NOTIFY_SOCKET says. Anybody in the service may send one,
 * so what does not follow sd_notify(3) to the letter is dropped whole.
 */

const longest = 65_536;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** One line of hexadecimal digits, as the helper writes a message. */
export function parseNotifyLine(line: string): Readonly<Record<string, string>> | null {
  if (line.length === 0 || line.length > longest * 2 || !/^(?:[0-9a-f]{2})+$/.test(line)) {
    return null;
  }
  try {
    return parseMessage(decoder.decode(Buffer.from(line, 'hex')));
  } catch {
    return null;
  }
}

/** `KEY=value`, one a line; a later one of the same key counts. */
function parseMessage(text: string): Readonly<Record<string, string>> | null {
  const fields: Record<string, string> = Object.create(null);
  if (text.includes('\0')) return null;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const found = /^([A-Z][A-Z0-9_]{0,63})=(.*)$/s.exec(line);
    if (found === null) return null;
    fields[found[1] ?? ''] = found[2] ?? '';
  }
  return Object.keys(fields).length === 0 ? null : fields;
}
