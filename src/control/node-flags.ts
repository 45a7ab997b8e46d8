/**
 * How Node runs a daemon. It lives for months and has little to do: a small young
 * generation and a heap that grows in small steps keep it a third smaller. What it does it mostly
 * does for the first time, so its code is compiled at once and simply. `gc` is for
 * `tidyAtRest`. An embedding host has flags of its own, which are none of our business.
 */
export const daemonNodeFlags: readonly string[] = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=30',
  '--always-sparkplug',
  '--expose-gc',
];
