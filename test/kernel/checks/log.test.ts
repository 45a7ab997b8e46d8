import { appendFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckContext } from '../../../src/kernel/port.ts';
import { scratchDirectory } from '../scratch.ts';
import { checks, worded } from './stage.ts';

describe('a check of a log', () => {
  it('passes with a line that was written since the start, also one without an end', async () => {
    const log = newLog('ready long ago\n');
    expect(await log.ask('ready')).toBe('no line matches /ready/');
    log.write('getting ready\r\n');
    expect(await log.ask('ready$')).toBe('passed');
    log.write('no end yet');
    expect(await log.ask('^no end')).toBe('passed');
  });

  it('tests a line again that has grown, and no line twice that has not', async () => {
    const log = newLog('');
    log.write('almost rea');
    expect(await log.ask('ready')).toBe('no line matches /ready/');
    log.write('dy\n');
    expect(await log.ask('ready')).toBe('passed');
  });

  it('matches within one line only', async () => {
    const log = newLog('');
    log.write('rea\ndy\n');
    expect(await log.ask('rea\\s*dy')).toBe('no line matches /rea\\s*dy/');
  });

  it('finds the line behind a lot of others', async () => {
    const log = newLog('');
    log.write(`${'chatter\n'.repeat(100_000)}ready\n`);
    expect(await log.ask('^ready$')).toBe('passed');
  });

  it('sees of an endless line the beginning only, and goes on with the next', async () => {
    const log = newLog('');
    log.write(`start${'x'.repeat(300_000)}hidden`);
    expect(await log.ask('hidden')).toBe('no line matches /hidden/');
    log.write(`${'y'.repeat(10)}still hidden\nready\n`);
    expect(await log.ask('hidden')).toBe('no line matches /hidden/');
    expect(await log.ask('^start')).toBe('passed');
    expect(await log.ask('^ready')).toBe('passed');
  });

  it('begins anew with a log that was cut', async () => {
    const log = newLog('');
    log.write('one\ntwo\nthree\n');
    expect(await log.ask('ready')).toBe('no line matches /ready/');
    writeFileSync(log.path, 'ready\n');
    expect(await log.ask('ready')).toBe('passed');
  });

  it('stops a pattern that would take for ever, and does not try it for ever', async () => {
    const log = newLog('');
    log.write(`${'a'.repeat(4_000)}b\n`);
    const reason = 'the pattern /^(a+)+$/ takes too long; simplify it';
    const began = performance.now();
    for (let n = 0; n < 20; n++) expect(await log.ask('^(a+)+$')).toBe(reason);
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  it('says what is wrong with a pattern or a log', async () => {
    const log = newLog('');
    expect(await log.ask('(')).toMatch(/^Invalid regular expression: \/\(\//);
    expect(await log.ask('x'.repeat(1_001))).toBe('the pattern is longer than 1000 characters');
    const at = (path: string) => askAt({ log: { path, offset: 0 } }, 'x');
    expect(await at(`${log.path}.none`)).toBe(`there is no log at ${log.path}.none`);
    expect(await at('/dev/zero')).toBe('its log is no regular file');
    symlinkSync(log.path, `${log.path}.link`);
    expect(await at(`${log.path}.link`)).toMatch(/ELOOP/);
    expect(await askAt({ log: null }, 'x')).toBe('it has no log');
  });

  it('survives bytes that are no text', async () => {
    const log = newLog('');
    appendFileSync(log.path, Buffer.from([0xff, 0xfe, 0, 0xc3, 10, 0xe2, 0x82]));
    log.write('\nready\n');
    expect(await log.ask('^ready$')).toBe('passed');
  });
});

function newLog(before: string) {
  const path = join(scratchDirectory(), 'log');
  writeFileSync(path, before);
  const context = { log: { path, offset: before.length } };
  const full: CheckContext = { listenerOf: null, timeoutMs: 5_000, ...context };
  return {
    path,
    write: (text: string) => appendFileSync(path, text),
    ask: (pattern: string) => askWith(full, pattern),
  };
}

function askAt(context: Pick<CheckContext, 'log'>, pattern: string): Promise<string> {
  return askWith({ listenerOf: null, timeoutMs: 5_000, ...context }, pattern);
}

function askWith(context: CheckContext, pattern: string): Promise<string> {
  return new Promise((answer) => {
    checks.check({ kind: 'log', pattern }, context, (outcome) => answer(worded(outcome)));
  });
}
