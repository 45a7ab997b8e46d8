/** What the walks of small trees found, as tables: every way that all of a tree can stand at once. */
import { table } from './document.ts';
import type { Exploration } from './explore.ts';
import type { Family } from './families.ts';

export function treeStates(walks: readonly (readonly [Family, Exploration])[]): string[] {
  return walks.flatMap(([{ name, moves }, { places }]) => {
    const ways = new Map<string, readonly string[]>();
    for (const { states, way } of places) {
      const known = ways.get(states);
      if (known === undefined || way.length < known.length) ways.set(states, way);
    }
    return [
      `### ${name[0]?.toUpperCase()}${name.slice(1)}`,
      '',
      `What is done to it: ${moves.map(({ type }) => type).join(', ')}.`,
      '',
      ...table(
        ['states', 'the shortest way there'],
        [...ways].map(([states, way]) => [states, way.join(', ') || 'the beginning']),
      ),
      '',
    ];
  });
}
