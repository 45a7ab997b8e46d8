#!/usr/bin/env node
/** The command line. Which version this is, scripts ask often: that needs nothing of what runs a verb. */
import { version } from '../version.ts';
import { watchOutput } from './output.ts';

watchOutput();

const words = process.argv.slice(2);
if (words.length === 1 && ['-V', '--version'].includes(words[0] ?? '')) {
  process.stdout.write(`${version}\n`);
} else {
  const { runVerb } = await import('./run-verb.ts');
  await runVerb(words);
}
