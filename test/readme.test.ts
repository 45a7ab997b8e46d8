/**
 * The README says what is: its statecharts are drawn from the machines that run,
 * and its example is the file that a test runs. `npm run chart` writes them anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { serviceMachine } from '../src/machines/service.ts';
import { supervisorMachine } from '../src/machines/supervisor.ts';
import { chartOf, toMermaid } from '../src/runtime/chart.ts';
import { version } from '../src/version.ts';

const path = new URL('../README.md', import.meta.url);
const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

const fenced = (language: string, text: string) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

const generated: Record<string, string> = {
  'chart: service': fenced('mermaid', toMermaid(chartOf(serviceMachine))),
  'chart: supervisor': fenced('mermaid', toMermaid(chartOf(supervisorMachine))),
  'example: examples/embed.mjs': fenced('js', read('examples/embed.mjs')),
};

/** Each part between its two markers is replaced. */
function filled(readme: string): string {
  let text = readme;
  for (const [marker, content] of Object.entries(generated)) {
    const [kind] = marker.split(':');
    const part = new RegExp(`(<!-- ${marker} -->\n)[\\s\\S]*?(<!-- /${kind} -->)`);
    expect(text, `a place for "${marker}"`).toMatch(part);
    text = text.replace(part, (_, start, end) => `${start}${content}\n${end}`);
  }
  return text;
}

it('shows the machines and the example as they are', () => {
  const readme = readFileSync(path, 'utf8');
  if (process.env['UPDATE_README'] === '1') writeFileSync(path, filled(readme));
  expect(readFileSync(path, 'utf8')).toBe(filled(readme));
});

it('names the version of the package', () => {
  expect(version).toBe(JSON.parse(read('package.json')).version);
});
