/** An inspector over a supervisor on a simulated system, or over any other actor. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyActorRef } from 'xstate';
import { type OpenOptions, openInspector } from '../../src/control/inspector/create.ts';
import type { Layout } from '../../src/inspection/protocol.ts';
import type { ServiceSpec } from '../../src/machines/vocabulary.ts';
import type { Supervisor } from '../../src/runtime/api.ts';
import { service } from '../support/specs.ts';
import { ask, type Setting, type Stage, stage } from './stage.ts';

/** As the build leaves it. */
export function pageDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'drover-page-'));
  const script = `console.log(${JSON.stringify('x'.repeat(5_000))});`;
  writeFileSync(join(directory, 'index.html'), '<!doctype html><title>inspector</title>');
  writeFileSync(join(directory, 'inspector.js'), script);
  writeFileSync(join(directory, 'inspector.css'), 'body { margin: 0 }');
  writeFileSync(join(directory, 'notes.txt'), 'no part of the page');
  return directory;
}

/** A real layout of the service's chart takes seconds. */
const atOnce = async (): Promise<Layout> => ({
  ...{ width: 10, height: 10 },
  ...{ nodes: [], arrows: [], initials: [] },
});

export async function inspect(subject: Supervisor | AnyActorRef, options: OpenOptions = {}) {
  const page = pageDirectory();
  const server = await openInspector(subject, { page, layOut: atOnce, ...options });
  const url = server.origin;
  const headers = (access: 'look' | 'control' = 'look') => ({
    authorization: `Bearer ${server.gate.token(access)}`,
  });
  return {
    ...{ server, url, headers, host: new URL(url).host },
    get: (path: string, more: Record<string, string> = {}) =>
      ask({ url }, 'GET', path, { headers: { ...headers(), ...more } }),
    post: (path: string, body: unknown, access: 'look' | 'control' = 'control') =>
      ask({ url }, 'POST', path, {
        headers: { ...headers(access), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    stream: (path: string, more: Record<string, string> = {}) =>
      openStream(url, path, { ...headers(), ...more }),
    close: async () => {
      await server.close();
      rmSync(page, { recursive: true, force: true });
    },
  };
}

export type Inspecting = Awaited<ReturnType<typeof inspect>>;

/** A supervisor of these services, and an inspector over it. */
export async function inspectedStage(
  services: readonly ServiceSpec[] = [service('web')],
  options: OpenOptions = {},
  setting: Setting = {},
) {
  const world: Stage = await stage(services, setting);
  const inspecting = await inspect(world.supervisor, options);
  return {
    ...inspecting,
    world,
    close: async () => {
      await inspecting.close();
      await world.close();
    },
  };
}

export interface Told {
  readonly event: string;
  readonly id: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it wants from an answer.
  readonly data: any;
}

/** Server-sent events, as they come. */
export async function openStream(url: string, path: string, headers: Record<string, string>) {
  const told: Told[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  let isOver = false;
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    get(`${url}${path}`, { headers, agent: false }, resolve).on('error', reject);
  });
  const wake = () => {
    for (const one of waiting) one();
  };
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    const frames = (rest + text).split('\n\n');
    rest = frames.pop() ?? '';
    told.push(...frames.flatMap((frame) => frameOf(frame) ?? []));
    wake();
  });
  const over = () => {
    isOver = true;
    wake();
  };
  response.on('close', over);
  response.on('error', over);
  /** Resolves with the first one that is as asked for, also one that came before. */
  const until = (is: (one: Told) => boolean): Promise<Told> =>
    new Promise((resolve, reject) => {
      const holds = (one: Told): boolean => {
        try {
          return is(one);
        } catch (error) {
          waiting.delete(look);
          reject(error);
          return false;
        }
      };
      const look = () => {
        const found = told.find(holds);
        if (found === undefined && !isOver) return;
        waiting.delete(look);
        if (found === undefined) reject(new Error('the stream has ended'));
        else resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    ...{ told, response, until },
    first: (event: string) => until((one) => one.event === event),
    ended: () =>
      new Promise<void>((resolve) => {
        if (isOver) resolve();
        else waiting.add(() => isOver && resolve());
      }),
    close: () => response.destroy(),
  };
}

/** The number of an actor that was told of, at the beginning or since. */
export function actorNamed(told: readonly Told[], id: string): number {
  const records = told.flatMap(({ event, data }) =>
    event === 'baseline'
      ? data.actors.map(({ actor }: { actor: unknown }) => actor)
      : event === 'records'
        ? data.records
        : [],
  );
  return records.findLast((one) => one.kind === 'actor' && one.id === id)?.actor ?? -1;
}

function frameOf(text: string): Told | null {
  const field = (name: string): string | null =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? null;
  const data = field('data');
  return data === null
    ? null
    : { event: field('event') ?? 'message', id: field('id'), data: JSON.parse(data) };
}
