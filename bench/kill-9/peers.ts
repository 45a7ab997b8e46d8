/** The supervisors of the experiment: those of the benchmark, told what comes after a crash. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Job } from '../contestant.ts';
import { createPm2 } from '../contestants/pm2.ts';
import { runit } from '../contestants/runit.ts';
import { s6 } from '../contestants/s6.ts';
import { supervisord } from '../contestants/supervisord.ts';
import { ended } from '../programs.ts';
import { type Peer, startedAlike } from './peer.ts';

/** Everybody but drover. */
export function createPeers(): readonly Peer[] {
  return [
    startedAlike(supervisord, {
      victims: ['top'],
      nameVariable: 'SUPERVISOR_PROCESS_NAME',
      version: () => said('supervisord', '-v'),
    }),
    pm2(),
    startedAlike(runit, {
      victims: ['top', 'each', 'all'],
      nameVariable: null,
      version: () => packaged('runit'),
    }),
    s6With('s6', {}),
    // The child keeps this descriptor open and locked, and a second one waits for it. The file
    // is there already because s6 2.11 opens it and does not make it.
    s6With('s6 with lock-fd', { 'lock-fd': '9\n', 'supervise/service-lock': '' }),
  ];
}

function pm2(): Peer {
  let command = 'pm2';
  return startedAlike(createPm2(), {
    victims: ['top'],
    nameVariable: 'name',
    version: () => said(command, '--version'),
    change(job, run) {
      command = run.status?.[0] ?? command;
      const options = { cwd: job.directory, ...(run.env === undefined ? {} : { env: run.env }) };
      const tell = (word: string) => ended(command, [word, '--silent'], options);
      return {
        async start() {
          await run.start();
          await tell('save');
        },
        startAgain: () => tell('resurrect'),
      };
    },
  });
}

function s6With(name: string, files: Readonly<Record<string, string>>): Peer {
  return startedAlike(s6, {
    name,
    victims: ['top', 'each', 'all'],
    nameVariable: null,
    version: () => packaged('s6'),
    change(job, run) {
      for (const directory of serviceDirectories(job)) {
        for (const [file, text] of Object.entries(files)) {
          const path = join(directory, file);
          mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
          writeFileSync(path, text);
        }
      }
      return {
        // Each is told by itself: supervisors that outlived s6-svscan do not hear of its end.
        async stop() {
          await Promise.all(
            serviceDirectories(job).map((directory) =>
              ended('s6-svc', ['-wD', '-T', '5000', '-d', directory]),
            ),
          );
          await run.stop();
        },
      };
    },
  });
}

function serviceDirectories({ directory, count }: Job): readonly string[] {
  return Array.from({ length: count }, (_, index) => join(directory, 'services', `s${index}`));
}

function said(program: string, option: string): string {
  return spawnSync(program, [option], { encoding: 'utf8' }).stdout?.trim().split('\n').at(-1) ?? '';
}

/** For those that cannot tell it themselves. */
function packaged(name: string): string {
  const { stdout } = spawnSync('dpkg-query', ['-s', name], { encoding: 'utf8' });
  return /^Version: ([^-\s]+)/m.exec(stdout ?? '')?.[1] ?? '';
}
