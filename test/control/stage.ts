/** A control server over a supervisor on a simulated system, for stories about the API. */
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { merge, Subject } from 'rxjs';
import { connect } from '../../src/control/client.ts';
import type { Host } from '../../src/control/host.ts';
import { ControlServer } from '../../src/control/server.ts';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { GroupSpec, ProjectSpec, ServiceSpec } from '../../src/machines/vocabulary.ts';
import type { Supervisor, SupervisorEvent } from '../../src/runtime/api.ts';
import { createSupervisor } from '../../src/runtime/create.ts';
import { SupervisorError } from '../../src/services/errors.ts';
import { servicesOf } from '../../src/services/members.ts';
import { root as rootOf } from '../support/specs.ts';

export const projectOf = (root: GroupSpec): ProjectSpec => ({
  name: 'shop',
  root,
  shutdownTimeoutMs: 60_000,
  stateDir: '/state',
});

export interface Setting {
  readonly next?: () => Promise<ProjectSpec>;
  readonly degraded?: readonly string[];
  readonly kernel?: SimulatedKernel;
}

export async function stage(spec: GroupSpec | readonly ServiceSpec[], setting: Setting = {}) {
  const root = 'kind' in spec ? spec : rootOf(spec);
  const { kernel = new SimulatedKernel() } = setting;
  for (const { command } of servicesOf(root)) {
    if (!kernel.knows(command.argv[0])) kernel.script(command.argv[0], {});
  }
  const project = projectOf(root);
  // Virtual time passes by itself, a hundred times as fast.
  const time = setInterval(() => kernel.clock.advance(500), 5);
  const news = new Subject<SupervisorEvent>();
  const supervisor = withNews(
    await createSupervisor(project, { kernel, logLevel: 'silent' }),
    news,
  );
  const host: Host = {
    supervisor,
    source: {
      file: '/srv/drover.yaml',
      load: setting.next ?? (async () => project),
      resolve: async () => {
        throw new SupervisorError('invalid-config', 'services.web: there is no command');
      },
    },
    degraded: () => setting.degraded ?? [],
    shutdown: () => supervisor.stop(),
  };
  const directory = mkdtempSync(join(tmpdir(), 'drover-'));
  const defects: unknown[] = [];
  const server = new ControlServer(host, { onDefect: (error) => defects.push(error) });
  const socket = await server.listen(directory);
  const client = connect({ stateDir: directory });
  return {
    ...{ kernel, supervisor, news, server, socket, client, directory, defects },
    close: async () => {
      clearInterval(time);
      client.close();
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export type Stage = Awaited<ReturnType<typeof stage>>;

/** What a test makes up is heard beside what really happens. */
function withNews(supervisor: Supervisor, news: Subject<SupervisorEvent>): Supervisor {
  const events$ = merge(supervisor.events$, news);
  return new Proxy(supervisor, {
    get: (target, key) => {
      if (key === 'events$') return events$;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it wants from an answer.
  readonly json: any;
}

/** A request as any program could send it, well made or not. */
export function ask(
  where: { readonly socket?: string; readonly url?: string },
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = where.url === undefined ? null : new URL(where.url);
    const sent = request({
      ...(url === null
        ? { socketPath: where.socket }
        : { host: url.hostname.replace(/[[\]]/g, ''), port: url.port }),
      ...{ method, path, agent: false, headers },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : null,
        }),
      );
    });
    sent.end(body);
  });
}

export const json = (value: unknown, headers: Record<string, string> = {}) => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});
