/** A tree as lines with branches. Pure. */

export interface Branch {
  readonly text: string;
  readonly children: readonly Branch[];
}

/** The roots stand at the edge, without a branch of their own. */
export function tree(roots: readonly Branch[]): string[] {
  return roots.flatMap(({ text, children }) => [text, ...below(children, '')]);
}

function below(branches: readonly Branch[], indent: string): string[] {
  return branches.flatMap(({ text, children }, i) => {
    const isLast = i === branches.length - 1;
    return [
      `${indent}${isLast ? '└─ ' : '├─ '}${text}`,
      ...below(children, `${indent}${isLast ? '   ' : '│  '}`),
    ];
  });
}
