/** What the page weighs, and what it is made without. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { built } from '../support/built.ts';

const sources = resolve(import.meta.dirname, '../../inspector');

describe('the page as it is built', () => {
  const directory = join(built, 'inspector');
  const files = readdirSync(directory);

  it('weighs less than 120 kB, compressed', () => {
    const bytes = files.map((name) => gzipSync(readFileSync(join(directory, name))).length);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(120_000);
  });

  it('is one document, one script and one style sheet, which name no other place', () => {
    expect(files.sort()).toEqual(['index.html', 'inspector.css', 'inspector.js']);
    const text = files.map((name) => readFileSync(join(directory, name), 'utf8')).join('\n');
    const namespaces = /http:\/\/www\.w3\.org\/(1999|2000|1998)\/[\w/]+/g;
    expect(text.replaceAll(namespaces, '').match(/(?:https?:)?\/\/[\w-]+\.[\w.-]+/g) ?? []).toEqual(
      [],
    );
  });
});

describe('the sources of the page', () => {
  it('make no markup and no code out of text', () => {
    const wrong = readdirSync(sources, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|tsx)$/.test(name))
      .filter((name) =>
        /innerHTML|outerHTML|insertAdjacentHTML|\bsrcdoc\b|document\.write|\beval\(|new Function/i.test(
          readFileSync(join(sources, name), 'utf8'),
        ),
      );
    expect(wrong).toEqual([]);
  });
});
