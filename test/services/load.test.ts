// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the texts of configuration files.
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProject } from '../../src/services/load.ts';
import { env, load, problemsOf, write } from '../support/configuration.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const first = async (content: string, name?: string) => {
  const spec = (await load(content, name)).root.children[0]?.spec;
  if (spec?.kind !== 'service') throw new Error('it is no service');
  return spec;
};

describe('a configuration file', () => {
  it('may be YAML, JSON or TypeScript, and means the same', async () => {
    const yaml = await first('services:\n  web:\n    command: node a\n    stop_grace_period: 3s\n');
    const json = await first(
      '{\n\t"services": {\n\t\t"web": { "command": "node a", "stop_grace_period": "3s" }\n\t}\n}\n',
      'drover.json',
    );
    const typescript = await first(
      'type T = string;\nexport default { services: { web: { command: "node a" as T, stopGracePeriod: 3_000 } } };\n',
      'drover.config.ts',
    );
    const script = await first(
      'export default ({ env }) => ({ services: { web: { command: ["node", "a"], stopGracePeriod: "3s" } } });\n',
      'drover.config.mjs',
    );
    for (const spec of [json, typescript, script]) {
      expect(spec.stop).toEqual(yaml.stop);
      expect(spec.command.argv).toEqual(yaml.command.argv);
    }
  });

  it('in JSON is told what is wrong with it as one in YAML is', async () => {
    const twice = '{ "services": { "a": { "command": "x" },\n "a": { "command": "y" } } }';
    expect(await problemsOf(twice, 'drover.json')).toEqual(['2:2 services.a is there twice']);
    const misspelt = '{ "services": {\n "a": { "comand": "x" } } }';
    expect(await problemsOf(misspelt, 'drover.json')).toContain(
      '2:9 services.a.comand is not a known key; did you mean "command"?',
    );
  });

  it('in JSON keeps a number of the environment as it was written', async () => {
    const text =
      '{ "services": { "a": { "command": "x", "environment": { "V": 1.10, "N": 8080 } } } }';
    expect((await first(text, 'drover.json')).command.env).toMatchObject({ V: '1.10', N: '8080' });
  });

  it('is found in its directory', async () => {
    const file = write('services: { web: { command: a } }', 'drover.yml');
    const project = await loadProject(dirname(file), { env });
    expect(project.stateDir).toBe(join(dirname(file), '.drover'));
  });

  it('is missed with a code, and not chosen where there are two', async () => {
    const directory = temporaryDirectory();
    await expect(loadProject(directory, { env })).rejects.toMatchObject({ code: 'no-config' });
    await expect(loadProject('/nowhere/at/all', { env })).rejects.toMatchObject({
      code: 'no-config',
    });
    for (const name of ['drover.yaml', 'drover.json']) writeFileSync(join(directory, name), '{}');
    await expect(loadProject(directory, { env })).rejects.toMatchObject({
      code: 'ambiguous-config',
      message: expect.stringContaining('drover.yaml and drover.json'),
    });
  });

  it('that throws says so', async () => {
    await expect(load('throw new Error("oh no")', 'drover.config.mjs')).rejects.toMatchObject({
      code: 'invalid-config',
      message: expect.stringContaining('oh no'),
    });
  });

  it('keeps the texts of an environment as they were written', async () => {
    const { command, labels } = await first(
      'services: { web: { command: a, environment: { V: 1.10, N: 0123, B: true, SNAKE_CASE: x, Y: no }, labels: { a_b: 1.0 } } }',
    );
    expect(command.env).toMatchObject({
      V: '1.10',
      N: '0123',
      B: 'true',
      SNAKE_CASE: 'x',
      Y: 'no',
    });
    expect(labels).toEqual({ a_b: '1.0' });
  });

  it('takes 027 for octal, and keeps the names of services', async () => {
    const spec = await first('services: { my_web: { command: a, umask: 027 } }');
    expect(spec).toMatchObject({ name: 'my_web', command: { umask: 0o027 } });
  });

  it('has variables in its texts, which may become numbers', async () => {
    const spec = await first(
      'services: { web: { command: "a ${HOME} $$x \'$${y}\'", shell: true, nice: "${NICE:-5}", autostart: "${AUTO:-false}" } }',
    );
    expect(spec.command.argv).toEqual(['/bin/sh', '-c', "exec a /home/ann $x '${y}'"]);
    expect(spec).toMatchObject({ autostart: false, command: { nice: 5 } });
  });

  it('may share parts by anchors, merges and x- keys', async () => {
    const content = [
      'x-common: &common { restart: always, labels: { team: a } }',
      'services:',
      '  web:',
      '    <<: *common',
      '    command: a',
      '    restart: no',
      '  api:',
      '    <<: [*common]',
      '    command: b',
    ].join('\n');
    const { root } = await load(content);
    expect(
      root.children.map(({ spec }) => [spec.restart.type, 'labels' in spec && spec.labels]),
    ).toEqual([
      ['temporary', { team: 'a' }],
      ['permanent', { team: 'a' }],
    ]);
  });
});

describe('a hostile configuration file', () => {
  it('cannot grow by its anchors', async () => {
    const levels = 'abcdefghi'.split('').map((name, i, all) => {
      const items = Array(10).fill(i === 0 ? 'x' : `*${all[i - 1]}`);
      return `  ${name}: &${name} [${items.join(', ')}]`;
    });
    const content = `services:\n  web: { command: *i }\nx:\n${levels.join('\n')}\n`;
    const bomb = content.replace('services:', 'y:').concat('services: { web: { command: *i } }\n');
    const problems = await problemsOf(bomb);
    expect(problems.join('\n')).toContain('expands to too much: its anchors are used too often');
  });

  it('cannot name itself', async () => {
    const problems = await problemsOf('services: { web: &a { command: a, labels: *a } }');
    expect(problems.join('\n')).toContain('is nested too deeply');
  });

  it('cannot be nested without end', async () => {
    const deep = (levels: number) =>
      `services: { web: { command: ${'['.repeat(levels)}${']'.repeat(levels)} } }`;
    expect((await problemsOf(deep(100))).join('\n')).toContain('is nested too deeply');
    expect((await problemsOf(deep(20_000))).join('\n')).toContain('is nested too deeply');
  });

  it('cannot be larger than a megabyte', async () => {
    await expect(load(`# ${'x'.repeat(1_000_000)}`)).rejects.toMatchObject({
      code: 'unusable-config',
      message: expect.stringContaining('larger than 1 MB'),
    });
  });

  it('does not change what objects are', async () => {
    await problemsOf('services: { web: { command: a } }\n__proto__: { polluted: 1 }\n');
    await problemsOf('{ "services": { "__proto__": { "command": "a" } } }', 'drover.json');
    expect({}).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('command');
  });

  it.runIf(process.geteuid?.() === 0)(
    'is not believed by root where others may write it',
    async () => {
      const file = write('services: { web: { command: a } }');
      chmodSync(file, 0o646);
      await expect(loadProject(file, { env })).rejects.toMatchObject({
        code: 'unusable-config',
        hint: `run chmod go-w ${file}`,
      });
      chmodSync(file, 0o664);
      chownSync(file, 0, 12_345);
      await expect(loadProject(file, { env })).rejects.toMatchObject({ code: 'unusable-config' });
      chmodSync(file, 0o644);
      chmodSync(dirname(file), 0o777);
      await expect(loadProject(file, { env })).rejects.toMatchObject({
        hint: `run chmod go-w ${dirname(file)}`,
      });
    },
  );
});
