/**
 * Knows the numbers of the system calls that our small Perls make, and nothing else.
 */

/** By their names: of x64, and of arm64. */
const numbers = {
  clone: [56, 220],
  close: [3, 57],
  dup3: [292, 24],
  exit_group: [231, 94],
  mknodat: [259, 33],
  openat: [257, 56],
  pidfd_open: [434, 434],
  pipe2: [293, 59],
  read: [0, 63],
  rt_sigprocmask: [14, 135],
  setgid: [106, 144],
  setgroups: [116, 159],
  setsid: [112, 157],
  setuid: [105, 146],
  signalfd4: [289, 74],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

/** Those of this machine, as a program in Perl declares them; null where they are not known. */
export const systemCalls: string | null = declare(['x64', 'arm64'].indexOf(process.arch));

function declare(column: number): string | null {
  if (process.platform !== 'linux' || column < 0) return null;
  return Object.entries(numbers)
    .map(([name, both]) => `my $${name} = ${both[column]};\n`)
    .join('');
}
