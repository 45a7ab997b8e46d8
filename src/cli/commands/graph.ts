/** `drover graph`: who depends on whom; with a daemon also how they are. */
import { SupervisorError } from '../../services/errors.ts';
import { didYouMean } from '../../services/suggestion.ts';
import { drawings, type Node } from '../dependency-graph.ts';
import { configPath, textFlag } from '../options.ts';
import { marks } from '../render/marks.ts';
import { type Asking, asRun, hasCode, type Session } from '../session.ts';

export const graph: Asking = async (session) => {
  const { screen, options } = session;
  const format = options.json === true ? 'json' : (textFlag(options, 'format') ?? 'ascii');
  const draw = new Map(Object.entries(drawings)).get(format);
  if (draw === undefined) {
    const known = Object.keys(drawings);
    throw new SupervisorError(
      'usage',
      `cannot draw as "${format}": there is no such format`,
      didYouMean(format, known) ?? `there are ${known.join(', ')}`,
    );
  }
  screen.line(draw(await nodesOf(session)));
  return 0;
};

async function nodesOf(session: Session): Promise<readonly Node[]> {
  const { client, screen, options } = session;
  try {
    const { services, groups } = await client.status();
    const expand = expander(new Map(groups.map(({ name, members }) => [name, members])));
    return services.map(({ name, dependsOn, state }) => {
      const [symbol, style] = marks[state];
      const text = `${screen.paint(style, symbol)} ${name}`;
      return { name, text, dependsOn: dependsOn.flatMap(expand) };
    });
  } catch (error) {
    if (options.socket !== undefined || !hasCode(error, 'daemon-not-reachable')) throw error;
    return defined(configPath(options));
  }
}

/** Who needs a group needs all in it. */
function expander(groups: ReadonlyMap<string, readonly string[]>) {
  const expand = (name: string): readonly string[] => groups.get(name)?.flatMap(expand) ?? [name];
  return expand;
}

async function defined(path: string): Promise<readonly Node[]> {
  const { loadProject } = await import('../../services/load.ts');
  const { groupsOf, servicesOf } = await import('../../services/members.ts');
  const { root } = await loadProject(path, { env: process.env });
  const expand = expander(groupsOf(root));
  return servicesOf(root).map(({ name, dependsOn }) => ({
    ...{ name, text: name },
    dependsOn: dependsOn.flatMap((one) => expand(one.name)),
  }));
}

export const run = asRun(graph);
