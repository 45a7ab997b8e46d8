/**
 * Small trees, walked by what may be done to them from outside, on the simulated kernel.
 * A supervisor's events are the changes of its children, so nothing but a tree that runs
 * can say which of them may come.
 */
import { expect, it, vi } from 'vitest';
import { allowedOfSupervisor } from './allowed.ts';
import { holdsInDocument } from './document.ts';
import { explore } from './explore.ts';
import { families } from './families.ts';
import { reportOf } from './report.ts';
import { treeStates } from './tree-states.ts';
import { TreeLab } from './tree-world.ts';

it('covers all of its chart, and reaches the states that are documented', {
  timeout: 600_000,
}, () => {
  // XState warns of what is said to a machine that threw too often, and a supervisor may say it.
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const lab = new TreeLab();
  const walks = families.map((family) => [family, explore(family, lab)] as const);
  warn.mockRestore();
  const taken = walks.reduce((sum, [, { edges }]) => sum + edges, 0);
  const title = `supervisor, ${families.length} trees, ${taken} paths`;
  const { text, problems } = reportOf(title, lab.coverage, allowedOfSupervisor);
  console.log(text);
  expect(problems).toEqual([]);
  holdsInDocument('supervisor', treeStates(walks));
});
