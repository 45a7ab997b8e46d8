/** `drover viz`: the statecharts, from the machines that run. */
import { serviceMachine } from '../../machines/service.ts';
import { supervisorMachine } from '../../machines/supervisor.ts';
import { chartOf, toMermaid } from '../../runtime/chart.ts';
import { SupervisorError } from '../../services/errors.ts';
import type { Run } from '../options.ts';

const machines = { service: serviceMachine, supervisor: supervisorMachine } as const;

export const run: Run = async ([name = 'service'], options) => {
  const machine = new Map(Object.entries(machines)).get(name);
  if (machine === undefined) {
    throw new SupervisorError('usage', `cannot draw "${name}": there are service and supervisor`);
  }
  const chart = chartOf(machine);
  const isJson = options.json === true || options['format'] === 'json';
  process.stdout.write(isJson ? `${JSON.stringify(chart, null, 2)}\n` : toMermaid(chart));
  return 0;
};
