/**
 * How Node runs a daemon. It lives for months and has little to do: a young generation of a
 * quarter of the usual size and a heap that grows in small steps keep it small. `gc` is for
 * `tidyAtRest`. An embedding host has flags of its own, which are none of our business.
 */
export const daemonNodeFlags: readonly string[] = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=30',
  '--expose-gc',
];
