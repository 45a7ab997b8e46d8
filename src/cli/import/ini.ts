/** Reads the dialect of INI files that supervisord has. Pure. */

export interface Section {
  readonly name: string;
  readonly values: ReadonlyMap<string, string>;
}

/** A line that is indented goes on with the value before it; ` ;` begins a comment. */
export function parseIni(text: string): readonly Section[] {
  const sections: { name: string; values: Map<string, string> }[] = [];
  let key: string | null = null;
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (/^\s*(?:[;#]|$)/.test(raw)) continue;
    const line = raw.replace(/\s;.*$/, '').trimEnd();
    const section = /^\[(.+)\]\s*$/.exec(line)?.[1];
    const values = sections.at(-1)?.values;
    if (section !== undefined) {
      sections.push({ name: section, values: new Map() });
      key = null;
    } else if (/^\s/.test(line) && key !== null) {
      values?.set(key, `${values.get(key)}\n${line.trim()}`);
    } else {
      const [, name = '', value = ''] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line.trim()) ?? [];
      if (name === '') continue;
      key = name.toLowerCase();
      values?.set(key, value);
    }
  }
  return sections;
}

/** `A="1",B='two, three',C=3`; what cannot be understood is left out. */
export function parsePairs(text: string): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  const pattern = /\s*([^=,\s]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^,]*))\s*(?:,|$)/gs;
  for (const [, name = '', double, single, plain] of text.matchAll(pattern)) {
    pairs[name] = double?.replaceAll(/\\(["\\])/g, '$1') ?? single ?? plain?.trim() ?? '';
  }
  return pairs;
}
