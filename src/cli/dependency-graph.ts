/** Who depends on whom, drawn in several ways. Pure. */
import { type Branch, tree } from './render/tree.ts';

export interface Node {
  readonly name: string;
  readonly dependsOn: readonly string[];
  /** As it is shown; the name where nothing else is known. */
  readonly text: string;
}

export const drawings: Readonly<Record<string, (nodes: readonly Node[]) => string>> = {
  ascii,
  mermaid,
  dot,
  json: (nodes) =>
    JSON.stringify(
      nodes.map(({ name, dependsOn }) => ({ name, dependsOn })),
      null,
      2,
    ),
};

/** From those nobody needs down to what they need. Who stands there twice is drawn once. */
function ascii(nodes: readonly Node[]): string {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const needed = new Set(nodes.flatMap(({ dependsOn }) => dependsOn));
  const drawn = new Set<string>();
  const branch = (node: Node): Branch => {
    if (node.dependsOn.length > 0 && drawn.has(node.name)) {
      return { text: `${node.text} (see above)`, children: [] };
    }
    drawn.add(node.name);
    const below = node.dependsOn.flatMap((name) => byName.get(name) ?? []);
    return { text: node.text, children: below.map(branch) };
  };
  return tree(nodes.filter(({ name }) => !needed.has(name)).map(branch)).join('\n');
}

function mermaid(nodes: readonly Node[]): string {
  const ids = new Map(nodes.map(({ name }, i) => [name, `s${i}`]));
  const edges = nodes.flatMap(({ name, dependsOn }) =>
    dependsOn.map((other) => `  ${ids.get(name)} --> ${ids.get(other)}`),
  );
  const names = nodes.map(({ name }) => `  ${ids.get(name)}["${name}"]`);
  return ['flowchart TD', ...names, ...edges].join('\n');
}

function dot(nodes: readonly Node[]): string {
  const edges = nodes.flatMap(({ name, dependsOn }) =>
    dependsOn.map((other) => `  "${name}" -> "${other}";`),
  );
  return ['digraph drover {', ...nodes.map(({ name }) => `  "${name}";`), ...edges, '}'].join('\n');
}
