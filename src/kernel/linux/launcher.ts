/**
 * Asks a small Node to fork in our place. A fork copies the page tables of whoever
 * forks and blocks it all the while: 55 ms in a host of 1.5 GB, 1 ms in the launcher.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { isSea } from 'node:sea';
import { launcherSource } from './launch.ts';
import type { ChannelListener, LaunchChannel } from './launches.ts';

/** In a single executable Node would run the host once more, and that again. */
export function canLaunch(): boolean {
  return !isSea();
}

/** Starts the launcher, which is spoken to by Node's own channel. */
export function openLauncher(listener: ChannelListener): LaunchChannel {
  const child = startLauncher();
  // It has no channel when it could not be started itself.
  let isOpen = child.connected;
  const end = () => {
    if (!isOpen) return;
    isOpen = false;
    listener.ended('did its work');
  };
  child.on('message', listener.hear);
  child.on('error', () => {});
  // Not at its exit: what it had still to say is read only after that.
  child.on('disconnect', end);
  if (!isOpen) process.nextTick(listener.ended, 'could not start');
  return {
    send(id, plan) {
      if (child.connected) child.send({ id, plan }, () => {});
    },
    close() {
      isOpen = false;
      if (child.connected) child.disconnect();
    },
  };
}

function startLauncher(): ChildProcess {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ['-e', launcherSource], {
    cwd: '/',
    // In Electron the executable is Node only when told so.
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
  });
  child.unref();
  child.channel?.unref();
  return child;
}
