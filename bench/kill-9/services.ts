/** The two kinds of services that are tried: a supervisor's death says different things to them. */
export interface ServiceProgram {
  readonly title: string;
  argv(marker: string): readonly [string, ...string[]];
}

export const programs: readonly ServiceProgram[] = [
  { title: 'Services that write nothing', argv: (marker) => ['sleep', marker] },
  {
    // Like most programs, it ends when it cannot write.
    title: 'Services that write ten lines a second',
    argv: (marker) => ['sh', '-c', 'while echo tick; do sleep 0.1; done', marker],
  },
];
