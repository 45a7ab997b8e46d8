/** What the exit code of the command line means; one table, from the codes of errors. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notRunning: 3,
  unknownService: 4,
  timeout: 5,
  daemonNotReachable: 6,
  /** `certify` and `simulate`: they did their work, and what they looked at did not pass. */
  notPassed: 7,
  /** As a shell says of who was ended by ^C. */
  interrupted: 130,
} as const;

const byError: ReadonlyMap<string, number> = new Map([
  ['not-running', exitCodes.notRunning],
  ['unknown-service', exitCodes.unknownService],
  ['timeout', exitCodes.timeout],
  ['daemon-not-reachable', exitCodes.daemonNotReachable],
  ['daemon-not-answering', exitCodes.daemonNotReachable],
  ['invalid-config', exitCodes.usage],
  ['unusable-config', exitCodes.usage],
  ['ambiguous-config', exitCodes.usage],
  ['no-config', exitCodes.usage],
  ['invalid-request', exitCodes.usage],
  ['usage', exitCodes.usage],
  ['interrupted', exitCodes.interrupted],
]);

export function exitCodeOf(error: unknown): number {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return byError.get(String(code)) ?? exitCodes.failure;
}
