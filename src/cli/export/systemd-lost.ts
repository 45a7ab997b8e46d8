/** What systemd has no words for. Pure. */
import type { Check, ServiceSpec } from '../../machines/vocabulary.ts';

export function lostInUnit(spec: ServiceSpec): readonly string[] {
  const { name, ready, health, reload, stop, restart, prepare, dependsOn } = spec;
  const lost: string[] = [];
  if (ready !== null && ready.check.kind !== 'notify') {
    lost.push(`ready when ${checkText(ready.check)}: systemd takes it for started at once`);
  }
  if (health !== null) lost.push(`healthy while ${checkText(health.check)}: systemd does not ask`);
  if (reload?.test != null) lost.push(`a test before each reload: ${reload.test.argv.join(' ')}`);
  if (stop.steps.length > 1 && stop.steps.filter((step) => 'signal' in step).length > 1) {
    lost.push('further signals of its stop: systemd sends one, and then SIGKILL');
  }
  if (stop.waitReadyMs > 0) lost.push('a stop during its start waits until it is ready');
  if (restart.factor > 1 && restart.type !== 'temporary') {
    lost.push('restarts that come later each time: here all wait the same');
  }
  for (const { path } of prepare.flatMap(({ files }) => files)) {
    lost.push(`the file ${path}, which drover writes before each start: it must be there`);
  }
  for (const { name: other, condition } of dependsOn) {
    if (condition === 'healthy') lost.push(`waits until "${other}" is healthy`);
  }
  return lost.map((text) => `${name}: ${text}`);
}

function checkText(check: Check): string {
  switch (check.kind) {
    case 'tcp':
      return `${check.host}:${check.port} answers`;
    case 'unix':
      return `${check.path} answers`;
    case 'http':
      return `${check.url} answers`;
    case 'file':
      return `${check.path} exists`;
    case 'exec':
      return `\`${check.command.argv.join(' ').replaceAll('\n', ' ')}\` succeeds`;
    case 'log':
      return `it prints /${check.pattern}/`;
    case 'protocol':
      return `it speaks ${check.protocol}`;
    case 'notify':
      return 'it says so';
  }
}
