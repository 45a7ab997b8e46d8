/** Which events a journal's record makes likely: it tells of states, and seldom of what led there. */

const byStatus: Readonly<Record<string, readonly string[]>> = {
  adopting: [],
  starting: ['start', 'adoption.found'],
  running: ['prepare.done', 'process.spawned', 'pidFile.found', 'probe.passed', 'adoption.found'],
  stopping: ['stop', 'adoption.leftovers'],
  killing: ['kill'],
  stuck: ['process.signalRefused'],
  stopped: ['adoption.none'],
  crashed: ['process.exited', 'tree.ended', 'adoption.none'],
  backoff: ['restart'],
  completed: ['process.exited', 'tree.ended', 'rest', 'adoption.none'],
  failed: ['giveUp', 'adoption.none'],
};

/** What ends without a failure was asked to, and went. */
export function likelyEvents(status: string, isFailing: boolean): readonly string[] {
  const usual = byStatus[status] ?? [];
  const isEnd = status === 'stopped' && !isFailing;
  return isEnd ? [...usual, 'process.exited', 'tree.ended'] : usual;
}
