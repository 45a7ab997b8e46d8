/** Who goes first: dependencies and groups. */
import { type Mutant, mutant, test } from '../mutant.ts';

const reconcile = 'src/machines/reconcile.ts';

export const orderMutants: readonly Mutant[] = [
  mutant('stops what others still stand on', 'supervisord priorities, PM2; F58, S10', [
    reconcile,
    '  return (fleet.plan.dependents[index] ?? []).every((i) => {\n',
    '  return ([] as number[]).every((i) => {\n',
  ]),
  mutant('starts before what is needed is there', 'supervisord, PM2, runit, s6-svscan; S10', [
    reconcile,
    '    member.child.needs.every((need) => isMet(fleet, need)) &&\n',
    '',
  ]),
  mutant('takes what is started for ready', 'compose without a condition; S10', [
    reconcile,
    "    case 'ready':\n      return status === 'running' || status === 'completed';\n",
    "    case 'ready':\n      return status === 'running' || status === 'completed' || hasProcess(view);\n",
  ]),
  mutant(
    'takes what is ready for healthy',
    'compose; S10',
    [
      reconcile,
      "return status === 'completed' || (status === 'running' && isHealthy(view));",
      "return status === 'completed' || status === 'running';",
    ],
    test(
      'test/machines/dependencies.test.ts',
      'waits until the other one is healthy, and not only up',
    ),
  ),
  mutant('starts what is stopped without looking', 'a loop over all; S9, S10', [
    reconcile,
    "      return mayStart(fleet, index, member) ? { type: 'start' } : null;\n    case 'completed':\n",
    "      return isUnwanted(fleet, member) ? null : { type: 'start' };\n    case 'completed':\n",
  ]),
  mutant('starts by itself out of backoff', 'a timer that revives; F30', [
    'src/machines/service.ts',
    "after: { backoff: 'stopped' },",
    "after: { backoff: 'alive' },",
  ]),
  mutant('does not tell dependents', 'a list that was not walked; L4', [
    reconcile,
    'const near = new Set([index, ...(fleet.plan.dependents[index] ?? [])]);\n',
    'const near = new Set([index]);\n',
  ]),
  mutant('does not tell groups what is outside them', 'nested supervisors; S10', [
    reconcile,
    '    needed: [...new Set(needed.filter(isInside))].sort(),\n    lacking: [...new Set([...lacking, ...fleet.outside.lacking])].sort(),\n',
    '    needed: [...new Set(needed.filter(isInside))].slice(0, 0),\n    lacking: [...lacking].slice(0, 0),\n',
  ]),
  mutant('does not tell what its siblings wait for', 'nested supervisors; L4', [
    'src/machines/plan.ts',
    'const all = [...fromSiblings, ...fromAbove];',
    'const all = [...fromSiblings, ...fromAbove].slice(0, 0);',
  ]),
  mutant(
    'does not restart those that asked to follow',
    'PartOf forgotten; F58',
    [
      'src/machines/fleet.ts',
      'if (needs.some(({ restart, sibling }) => restart && sibling === name)) found.add(other);',
      'if (needs.some(({ sibling }) => sibling === name && other < 0)) found.add(other);',
    ],
    test(
      'test/machines/dependencies.test.ts',
      'takes along whoever asked to follow, and whoever follows those',
    ),
  ),
  mutant(
    'does not restart the companions of a group',
    'one_for_all taken for one_for_one',
    [
      'src/machines/fleet.ts',
      'return allIndices(fleet).filter((other) => other !== index);',
      'return allIndices(fleet).filter((other) => other < 0);',
    ],
    test('test/machines/groups.test.ts', 'brings nobody back before all are down'),
  ),
];
