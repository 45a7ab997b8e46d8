/**
 * A host whose services print without a pause. Prints how long its event loop was away at the
 * longest. Arguments: drover's entry, a state directory. The services end by themselves.
 */
const [entry, stateDir] = process.argv.slice(2);
const { createSupervisor } = await import(entry);
const names = Array.from({ length: 8 }, (_, n) => `talker-${n}`);
const command = ['perl', '-e', 'syswrite STDOUT, "x\n" for 1 .. 1_000_000'];
const talker = { command, restart: 'no', ready: { after: 0 } };
// Waits for a file in the very directory that the others write to.
const waiting = {
  command: ['sleep', '600'],
  ready: { file: `${stateDir}/logs/never`, timeout: '1h' },
};
const talkers = Object.fromEntries(names.map((name) => [name, talker]));
const supervisor = await createSupervisor({
  name: 'flood',
  stateDir,
  services: { waiting, ...talkers },
});
let longest = 0;
let last = performance.now();
setInterval(() => {
  longest = Math.max(longest, performance.now() - last);
  last = performance.now();
}, 10);
await supervisor.start(undefined, { wait: false });
await new Promise((resolve) => setTimeout(resolve, 2_000));
await supervisor.kill([...names, 'waiting']);
console.log(JSON.stringify({ longest }));
await supervisor.dispose();
process.exit(0);
