/** The kernel as the manager of the moment sees it: passes every question on to that one. */
import type { Kernel } from '../port.ts';
import type { Manager } from './manager.ts';

export abstract class CurrentManager implements Kernel {
  protected abstract readonly current: Manager;
  abstract readonly clock: Kernel['clock'];

  get files(): Kernel['files'] {
    return this.current.files;
  }

  self(): ReturnType<Kernel['self']> {
    return this.current.self();
  }

  random(): number {
    return this.current.random();
  }

  spawn(...call: Parameters<Kernel['spawn']>): void {
    this.current.spawn(...call);
  }

  run(...call: Parameters<Kernel['run']>): ReturnType<Kernel['run']> {
    return this.current.run(...call);
  }

  identify(...call: Parameters<Kernel['identify']>): ReturnType<Kernel['identify']> {
    return this.current.identify(...call);
  }

  isAlive(...call: Parameters<Kernel['isAlive']>): boolean {
    return this.current.isAlive(...call);
  }

  watchExit(...call: Parameters<Kernel['watchExit']>): ReturnType<Kernel['watchExit']> {
    return this.current.watchExit(...call);
  }

  signal(...call: Parameters<Kernel['signal']>): ReturnType<Kernel['signal']> {
    return this.current.signal(...call);
  }

  signalTree(...call: Parameters<Kernel['signalTree']>): ReturnType<Kernel['signalTree']> {
    return this.current.signalTree(...call);
  }

  members(...call: Parameters<Kernel['members']>): ReturnType<Kernel['members']> {
    return this.current.members(...call);
  }

  isEmpty(...call: Parameters<Kernel['isEmpty']>): boolean {
    return this.current.isEmpty(...call);
  }

  holds(...call: Parameters<Kernel['holds']>): boolean {
    return this.current.holds(...call);
  }

  isHeld(...call: Parameters<Kernel['isHeld']>): boolean {
    return this.current.isHeld(...call);
  }

  watchLifeline(...call: Parameters<Kernel['watchLifeline']>): ReturnType<Kernel['watchLifeline']> {
    return this.current.watchLifeline(...call);
  }

  makeLifelines(...call: Parameters<Kernel['makeLifelines']>): void {
    this.current.makeLifelines(...call);
  }

  readPidFile(...call: Parameters<Kernel['readPidFile']>): ReturnType<Kernel['readPidFile']> {
    return this.current.readPidFile(...call);
  }

  watchFile(...call: Parameters<Kernel['watchFile']>): ReturnType<Kernel['watchFile']> {
    return this.current.watchFile(...call);
  }

  check(...call: Parameters<Kernel['check']>): ReturnType<Kernel['check']> {
    return this.current.check(...call);
  }

  strangerAt(...call: Parameters<Kernel['strangerAt']>): ReturnType<Kernel['strangerAt']> {
    return this.current.strangerAt(...call);
  }

  describe(...call: Parameters<Kernel['describe']>): ReturnType<Kernel['describe']> {
    return this.current.describe(...call);
  }

  usage(...call: Parameters<Kernel['usage']>): ReturnType<Kernel['usage']> {
    return this.current.usage(...call);
  }

  lock(...call: Parameters<Kernel['lock']>): void {
    this.current.lock(...call);
  }

  hold(): ReturnType<Kernel['hold']> {
    return this.current.hold();
  }

  close(): void {
    this.current.close();
  }
}
