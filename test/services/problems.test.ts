// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the texts of configuration files.
import { describe, expect, it } from 'vitest';
import { complaintsOf, load, problemsOf } from '../support/configuration.ts';

const inService = (line: string): string => `services:\n  web:\n    command: a\n    ${line}\n`;

describe('a problem of a configuration file', () => {
  it.each([
    ['comand: a', '4:5 services.web.comand is not a known key; did you mean "command"?'],
    [
      'stop_signl: INT',
      '4:5 services.web.stop_signl is not a known key; did you mean "stop_signal"?',
    ],
    [
      'stopSignal: INT',
      '4:5 services.web.stopSignal is not a known key; did you mean "stop_signal"?',
    ],
    [
      'stopwaitsecs: 5',
      '4:5 services.web.stopwaitsecs is not a known key; write stop_grace_period: 10s',
    ],
    [
      'autorestart: true',
      '4:5 services.web.autorestart is not a known key; write restart: always, on-failure or no',
    ],
    [
      'image: nginx',
      '4:5 services.web.image is not a known key; drover runs programs, not containers: write command',
    ],
    ['ExecStart: a', '4:5 services.web.ExecStart is not a known key; write command'],
    [
      'exec_mode: a',
      '4:5 services.web.exec_mode is not a known key; leave it out: drover starts every program as it is',
    ],
    [
      'stop_grace_period: 10',
      '4:24 services.web.stop_grace_period must have a unit: 10 could be seconds or milliseconds; write "10s" or "10ms"',
    ],
    [
      'stop_grace_period: soon',
      '4:24 services.web.stop_grace_period must be a duration, not the text "soon"; write for example 500ms, 10s, 1m30s or 1h',
    ],
    [
      'stop_signal: SIGTRM',
      '4:18 services.web.stop_signal must be a signal, not the text "SIGTRM"; did you mean "SIGTERM"?',
    ],
    [
      'restart: alwys',
      '4:14 services.web.restart must be one of no, never, on-failure, always, unless-stopped, not the text "alwys"; did you mean "always"?',
    ],
    [
      'restart: { delay: x }',
      '4:23 services.web.restart.delay must be a duration, not the text "x"; write for example 500ms, 10s, 1m30s or 1h',
    ],
    [
      'restart: { dely: 1s }',
      '4:16 services.web.restart.dely is not a known key; did you mean "delay"?',
    ],
    ['autostart: 5', '4:16 services.web.autostart must be true or false, not the number 5'],
    ['prepare: x', '4:14 services.web.prepare must be a list, not the text "x"'],
    ['ready: [x]', '4:12 services.web.ready must be a map, not a list'],
    [
      'prepare: [{ command: x }]',
      '4:15 services.web.prepare[0].name is missing: it must be a text; put it in quotes',
    ],
    [
      'depends_on: [wbe]',
      '4:18 services.web.depends_on[0] needs "wbe", which does not exist; did you mean "web"?',
    ],
    [
      'depends_on: [web]',
      '4:5 services.web.depends_on closes a circle, so that nothing of it can start: web -> web; leave one of these dependencies out',
    ],
    [
      'type: forking',
      '4:11 services.web.type is "forking", so a PID file must say which process stays; write pid_file, or run it in the foreground',
    ],
    [
      'preset: ngnx',
      '4:13 services.web.preset is "ngnx", which is no preset; did you mean "nginx"?',
    ],
    ['with: { a: 1 }', '4:5 services.web.with needs a preset beside it'],
    [
      'limits: { nofiles: 5 }',
      '4:15 services.web.limits.nofiles is no resource; did you mean "nofile"?',
    ],
    ['group: staff', '4:12 services.web.group needs a user beside it; write user as well'],
    [
      'env_file: no.env',
      /^4:5 services\.web\.env_file\[0\] names .*no\.env, which does not exist$/,
    ],
    [
      'description: ${NOPE}',
      '4:18 services.web.description needs the variable NOPE, which is not set; set it, or write ${NOPE:-default}',
    ],
    [
      'stop: { steps: [{ wait: 1s }] }',
      '4:21 services.web.stop.steps[0] must have either a signal or a command',
    ],
    ['ready: { log: "(" }', /^4:19 services\.web\.ready\.log must be a regular expression: /],
  ])('is told with its place: %s', async (line, problem) => {
    const problems = await problemsOf(inService(line));
    expect(problems).toHaveLength(1);
    if (typeof problem === 'string') expect(problems[0]).toBe(problem);
    else expect(problems[0]).toMatch(problem);
  });

  it.each([
    ['servces: {}\n', '1:1 servces is not a known key; did you mean "services"?'],
    [
      'programs: {}\nservices: { a: { command: a } }',
      '1:1 programs is not a known key; write services',
    ],
    ['version: 2\nservices: { a: { command: a } }', '1:10 version must be 1, not the number 2'],
    ['services: { Web: { command: a } }', /^1:13 services\.Web is no name: .*; write "web"$/],
    ['services: { ../x: { command: a } }', /^1:13 services\.\.\.\/x is no name: /],
    ['services: { root: { command: a } }', /^1:13 services\.root is a name that is taken/],
    ['services: {}', '1:1 services has no service'],
    [
      'services: { a: { description: x } }',
      '1:13 services.a has no command; write command, or name a preset',
    ],
    ['services: { a: { command: a }, a: { command: b } }', '1:32 services.a is there twice'],
    [
      'services: { a: { command: a } }\ngroups: { a: { children: [] } }',
      '2:11 groups.a has the name of a service; every name is there once',
    ],
    [
      'services: { a: { command: a } }\ngroups: { g: { children: [b] } }',
      '2:27 groups.g.children[0] names "b", which is neither a service nor a group; did you mean "a"?',
    ],
    [
      'services: { a: { command: a } }\ngroups: { g: { children: [a] }, h: { children: [a] } }',
      '2:49 groups.h.children[0] names "a" as group "g" does; a child has one parent',
    ],
    [
      'services: { a: { command: a } }\ngroups: { g: { children: [h] }, h: { children: [g] } }',
      /^2:\d+ groups\.\w\.children go round in a circle: . -> . -> .$/,
    ],
    [
      'services: { a: { command: a, __proto__: {} } }',
      '1:30 services.a.__proto__ is a key that is refused',
    ],
    [
      'services: { constructor: { command: a } }',
      '1:13 services.constructor is a key that is refused',
    ],
    [
      'services: { a: { command: *x } }',
      /^1:27 services\.a\.command names "\*x", which is anchored nowhere before$/,
    ],
    ['services: { a: { command: !!js/function x } }', /^1:\d+ {2}Unresolved tag/],
    ['services: [', /^1:\d+ {2}/],
    ['5', '1:1  must be a map, not the number 5'],
  ])('is told with its place: %s', async (content, problem) => {
    const problems = await problemsOf(content);
    if (typeof problem === 'string') expect(problems).toContain(problem);
    else expect(problems).toContainEqual(expect.stringMatching(problem));
  });

  it('is told together with all the others, in the order of the file', async () => {
    const content = [
      'services:',
      '  web:',
      '    comand: node server.js',
      '    depends_on: [cahce]',
      '  api:',
      '    command: node api.js && echo',
      '    ready: { http: "http://localhost/", timeout: 3 }',
      '  cache: { preset: redis, with: { prot: 1 } }',
      '  a: { command: a, depends_on: [b] }',
      '  b: { command: b, depends_on: [a] }',
      'groups:',
      '  g: { children: [web, apii], stratgy: one_for_all }',
    ].join('\n');
    const found = (await problemsOf(content)).map((problem) => problem.split(' ')[0]);
    expect(found).toEqual(['3:5', '4:18', '6:14', '7:50', '8:35', '10:20', '12:24', '12:31']);
  });

  it('has a message that a terminal can show', async () => {
    await expect(load(inService('comand: x'), 'drover.yml')).rejects.toMatchObject({
      code: 'invalid-config',
      message: expect.stringMatching(
        /^cannot use "[^"]*drover\.yml": it has a problem\n {2}\S*drover\.yml:4:5: services\.web\.comand is not a known key; did you mean "command"\?$/,
      ),
    });
  });

  it('in an env file names that file and its line', async () => {
    await expect(load(inService('env_file: drover.yaml'))).rejects.toMatchObject({
      problems: [{ line: 1, path: '', message: 'is not NAME=value' }],
    });
  });
});

describe('a problem of a configuration in TypeScript', () => {
  it('has a path in camelCase, and no place', () => {
    const config = { services: { web: { command: 'a', stop_signal: 'INT' } } };
    expect(complaintsOf(config)).toEqual(['services.web.stop_signal is not a known key']);
  });

  it('is that a need of a group lifts to a circle', () => {
    const services = {
      nginx: { command: 'a', dependsOn: ['db'] },
      db: { command: 'a' },
      probe: { command: 'a', dependsOn: ['nginx'] },
    };
    const groups = { web: { children: ['nginx'] }, data: { children: ['db', 'probe'] } };
    expect(complaintsOf({ services, groups })).toEqual([
      'services.probe.dependsOn closes a circle: web -> data -> web, because ' +
        '"nginx" needs "db" (so "web" needs "data"), "probe" needs "nginx" (so "data" needs "web")',
    ]);
  });
});
