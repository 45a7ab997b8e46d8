/** systemd units: one for each service, and a target that holds them together. Pure but for PATH. */
import type { ProjectSpec } from '../../machines/vocabulary.ts';
import { membersOf, servicesOf } from '../../services/members.ts';
import type { Exported } from './exported.ts';
import { lostInUnit } from './systemd-lost.ts';
import { serviceUnit } from './systemd-unit.ts';
import { section, specifier } from './unit-text.ts';

export function toSystemd(project: ProjectSpec, manager: NodeJS.ProcessEnv): Exported {
  const prefix = project.name.replaceAll(/[^\w.-]+/g, '-').toLowerCase();
  const services = servicesOf(project.root);
  const members = membersOf(project.root);
  const site = { prefix, members, manager, stateDir: project.stateDir };
  const target = {
    name: `${prefix}.target`,
    text: targetUnit(
      project.name,
      services.filter((one) => one.autostart).map(({ name }) => `${prefix}-${name}.service`),
    ),
  };
  const units = services.map((spec) => ({
    name: `${prefix}-${spec.name}.service`,
    text: serviceUnit(spec, site),
  }));
  const groups = groupsThatAct(project);
  return { files: [target, ...units], lost: [...groups, ...services.flatMap(lostInUnit)] };
}

const targetUnit = (project: string, units: readonly string[]): string =>
  `${[
    '# Made by `drover export systemd`.',
    section('Unit', [
      ['Description', specifier(project)],
      ['Wants', units.join(' ')],
    ]),
    '',
    section('Install', [['WantedBy', 'multi-user.target']]),
  ].join('\n')}\n`;

function groupsThatAct({ root }: ProjectSpec): readonly string[] {
  const lost: string[] = [];
  const walk = (group: ProjectSpec['root']): void => {
    if (group.strategy !== 'one_for_one') {
      lost.push(`${group.name}: systemd has no strategy ${group.strategy} for a group`);
    }
    for (const { spec } of group.children) if (spec.kind === 'group') walk(spec);
  };
  walk(root);
  return lost;
}
