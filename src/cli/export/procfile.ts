/** A Procfile: one line of a shell for each service, and nothing else, as that is all it knows. Pure. */
import type { ProjectSpec, ServiceSpec } from '../../machines/vocabulary.ts';
import { servicesOf } from '../../services/members.ts';
import { type Exported, ownEnvironment } from './exported.ts';
import { quote } from './systemd-prepare.ts';

export function toProcfile(
  project: ProjectSpec,
  manager: NodeJS.ProcessEnv,
  directory: string,
): Exported {
  const services = servicesOf(project.root);
  const kept = services.filter(({ type }) => type !== 'oneshot' && type !== 'forking');
  const lines = kept.map((spec) => `${nameOf(spec)}: ${lineOf(spec, manager, directory)}`);
  return {
    files: [{ name: 'Procfile', text: `${lines.join('\n')}\n` }],
    lost: [
      ...services
        .filter((spec) => !kept.includes(spec))
        .map(({ name, type }) => `${name}: a Procfile has no ${type} services`),
      ...kept.flatMap(lostOf),
    ],
  };
}

/** Dots are no part of a name there. */
const nameOf = ({ name }: ServiceSpec): string => name.replaceAll('.', '_');

function lineOf({ command }: ServiceSpec, manager: NodeJS.ProcessEnv, directory: string): string {
  const environment = ownEnvironment(command, manager)
    .filter(([name, value]) => manager[name] !== value)
    .map(([name, value]) => quote(`${name}=${value}`));
  const there = command.cwd === directory ? '' : `cd ${quote(command.cwd)} && `;
  const env = environment.length === 0 ? '' : `env ${environment.join(' ')} `;
  return `${there}exec ${env}${command.argv.map(quote).join(' ')}`.replaceAll('\n', ' ');
}

function lostOf({
  name,
  ready,
  health,
  dependsOn,
  prepare,
  command,
}: ServiceSpec): readonly string[] {
  const lost = [
    ...(dependsOn.length === 0
      ? []
      : [`what it needs: ${dependsOn.map((need) => need.name).join(', ')}`]),
    ...(ready === null ? [] : ['when it is ready']),
    ...(health === null ? [] : ['its health check']),
    ...(prepare.length === 0 ? [] : ['what is prepared before its start']),
    ...(command.credentials === null ? [] : [`that it runs as ${command.credentials.user}`]),
  ];
  return lost.map((text) => `${name}: ${text}`);
}
