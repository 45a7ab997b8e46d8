import { existsSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseNotifyLine } from '../../../src/kernel/linux/notify-message.ts';
import { command, here, start, until, useWorld } from './support.ts';

useWorld();

const hex = (text: string) => Buffer.from(text, 'utf8').toString('hex');

/** Sends each argument as one message, and then waits. */
const sender = (...messages: readonly string[]) =>
  command(
    'perl',
    '-MSocket',
    '-e',
    `socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die $!;
     for (@ARGV) { defined send($s, $_, 0, sockaddr_un($ENV{NOTIFY_SOCKET})) or die $! }
     sleep 60`,
    ...messages,
  );

describe('a message to NOTIFY_SOCKET', () => {
  it('is heard, from the first moment of the program on', async () => {
    const notifySocket = here().path('notify');
    const service = await start(sender('READY=1\nSTATUS=up = ü\n', 'MAINPID=12'), { notifySocket });
    await until(() => service.notes.length === 2);
    expect(service.notes.map((fields) => ({ ...fields }))).toEqual([
      { READY: '1', STATUS: 'up = ü' },
      { MAINPID: '12' },
    ]);
    expect(statSync(notifySocket).mode & 0o777).toBe(0o600);
  });

  it('is dropped whole where it is not as it should be', async () => {
    const bad = ['ready=1', 'READY', '=1', 'A=\0', 'x'.repeat(70_000)];
    const service = await start(sender(...bad.filter((one) => !/\0|x{9}/.test(one)), 'READY=1'), {
      notifySocket: here().path('notify'),
    });
    await until(() => service.notes.length > 0);
    expect({ ...service.notes[0] }).toEqual({ READY: '1' });
    for (const text of bad) expect(parseNotifyLine(hex(text))).toBeNull();
    for (const line of ['', 'zz', '0', hex('A=1').toUpperCase(), 'ff'.repeat(4)]) {
      expect(parseNotifyLine(line)).toBeNull();
    }
  });

  it('may be sent by a program that runs as another user', async () => {
    const spec = { ...sender('READY=1'), cwd: '/', credentials: { user: 'nobody', group: null } };
    const { chmodSync } = await import('node:fs');
    chmodSync(here().directory, 0o711);
    const service = await start(spec, { notifySocket: here().path('notify') });
    await until(() => service.notes.length === 1);
  });

  it('has no socket any more when the whole service has ended', async () => {
    const notifySocket = here().path('notify');
    const service = await start(command('sh', '-c', 'sleep 0.2 & exit 0'), { notifySocket });
    await service.exited;
    expect(existsSync(notifySocket)).toBe(true);
    await until(() => !existsSync(notifySocket));
    expect(here().kernel.isEmpty(service.tree)).toBe(true);
  });

  it('takes the place of a socket that an earlier run has left', async () => {
    const notifySocket = here().path('notify');
    const first = await start(sender('READY=1'), { notifySocket });
    await until(() => first.notes.length === 1);
    const second = await start(sender('READY=1'), { notifySocket, name: 'second' });
    await until(() => second.notes.length === 1);
  });

  it('cannot be bound where there is no directory, or no room for its path', async () => {
    const far = here().path('none/notify');
    await expect(start(sender(), { notifySocket: far })).rejects.toThrow(
      `other: cannot bind the NOTIFY_SOCKET ${far}: No such file or directory`,
    );
    const long = here().path('x'.repeat(120));
    await expect(start(sender(), { notifySocket: long })).rejects.toThrow('longer than 107 bytes');
  });
});
