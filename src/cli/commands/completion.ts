/** `drover completion`: scripts that let a shell complete verbs, flags and the names of services. */
import { SupervisorError } from '../../services/errors.ts';
import { didYouMean } from '../../services/suggestion.ts';
import type { Run } from '../options.ts';

const scripts = {
  bash: async () => (await import('../completion/bash.ts')).bashScript(),
  zsh: async () => (await import('../completion/zsh.ts')).zshScript(),
  fish: async () => (await import('../completion/fish.ts')).fishScript(),
};

/** `names` is for those scripts: it never fails, and says nothing but names. */
export const run: Run = async ([shell = ''], options) => {
  if (shell === 'names') {
    const { completeNames } = await import('../completion/names.ts');
    const typed = (process.env['DROVER_WORDS'] ?? '').split('\n');
    const names = await completeNames(typed, options);
    process.stdout.write(names.map((name) => `${name}\n`).join(''));
    return 0;
  }
  const script = new Map(Object.entries(scripts)).get(shell);
  if (script === undefined) {
    const hint = didYouMean(shell, Object.keys(scripts)) ?? 'there are bash, zsh and fish';
    throw new SupervisorError('usage', `cannot complete for "${shell}"`, hint);
  }
  process.stdout.write(await script());
  return 0;
};
