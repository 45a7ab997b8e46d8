/** What many trees cost and where they listen, by one look. Real processes. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Tree, TreeUsage } from '../../../src/kernel/port.ts';
import { childrenOf, command, here, shell, start, until, useWorld } from './support.ts';

const listening = (shown: string) =>
  `require('net').createServer().listen(0, '127.0.0.1', function () {
     require('fs').writeFileSync('${shown}', String(this.address().port)); })`;

describe('the cost of trees', () => {
  useWorld();

  it('is what is told of each of their processes', async () => {
    const { kernel } = here();
    const { tree: one } = await start(shell('sleep 60 & sleep 61 & wait'), { name: 'one' });
    const { tree: two } = await start(command(process.execPath, '-e', busy), { name: 'two' });
    await until(() => kernel.members(one).length === 3);
    await until(() => (kernel.describe(two)[0]?.cpuMs ?? 0) > 100);
    const [first, second] = await usageOf(one, two);
    expect(pidsOf(first)).toEqual(kernel.members(one).map(({ pid }) => pid));
    expect(pidsOf(second)).toEqual([two.main?.pid]);
    const [told] = kernel.describe(two);
    expect(second?.processes[0]?.cpuMs).toBeGreaterThan(100);
    expect(second?.processes[0]?.cpuMs).toBeLessThanOrEqual(told?.cpuMs ?? 0);
    // A page of another size than was thought would show as a multiple.
    const ratio = (second?.processes[0]?.residentBytes ?? 0) / (told?.residentBytes ?? 1);
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });

  it('has a daemon in it that left everything but the lifeline', async () => {
    const { tree, exited } = await start(shell('setsid sleep 60 & exit 0'), { name: 'daemon' });
    const { tree: other } = await start(command('sleep', '60'), { name: 'other' });
    await exited;
    await until(() => here().kernel.members(tree).length === 1);
    const [left] = here().kernel.members(tree);
    // The main process is not asked for: the holder alone is what proves the tree.
    const usages = await usageOf({ ...tree, main: null }, other);
    expect(usages.map(pidsOf)).toEqual([[left?.pid], [other.main?.pid]]);
  });

  it('has the ports in it that are opened while it is looked at again and again', async () => {
    const shown = here().path('port');
    const late = `setInterval(() => {}, 1e6); process.on('SIGUSR2', () => { ${listening(shown)} });
      require('fs').writeFileSync('${shown}.ready', '');`;
    const { tree, main } = await start(command(process.execPath, '-e', late), { name: 'late' });
    const { tree: quiet } = await start(command('sleep', '60'), { name: 'quiet' });
    await until(() => read(`${shown}.ready`) !== null);
    expect((await usageOf(tree, quiet)).map(portsOf)).toEqual([[], []]);
    here().kernel.signal(tree, main, 'SIGUSR2', 'process');
    await until(() => (read(shown) ?? '') !== '');
    const usages = await usageOf(tree, quiet);
    expect(usages.map(portsOf)).toEqual([[Number(read(shown))], []]);
  });

  it('has the ports of a child in it', async () => {
    const shown = here().path('port');
    const child = `${process.execPath} -e "${listening(shown).replaceAll('\n', ' ')}" & wait`;
    const { tree } = await start(shell(child));
    await until(() => (read(shown) ?? '') !== '');
    expect(childrenOf(tree)).toHaveLength(1);
    const [usage] = await usageOf(tree);
    expect(usage?.ports).toEqual([Number(read(shown))]);
  });
});

const busy = 'while (process.cpuUsage().user < 200_000); setInterval(() => {}, 1e6)';

const usageOf = (...trees: readonly Tree[]) =>
  new Promise<readonly TreeUsage[]>((resolve) =>
    here().kernel.usage(trees, (usages) => resolve(usages ?? [])),
  );

const pidsOf = (usage: TreeUsage | undefined) =>
  usage?.processes.map(({ identity }) => identity.pid);

const portsOf = ({ ports }: TreeUsage) => ports;

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
