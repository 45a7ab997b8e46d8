// A supervisor in your own process: start two programs in order, watch them, stop them.
import { createSupervisor } from 'drover';

const supervisor = await createSupervisor({
  name: 'embedded',
  services: {
    clock: { command: ['node', '-e', 'setInterval(() => console.log(new Date()), 1000)'] },
    greeter: {
      command: ['sh', '-c', 'echo hello; exec sleep 1000'],
      ready: { log: 'hello' },
      dependsOn: ['clock'],
    },
  },
});
supervisor.events$.subscribe((event) => {
  if (event.type === 'service.state') console.log(event.service, event.to, event.cause);
});

for (const { name, summary } of await supervisor.start()) console.log(name, summary);
console.log(supervisor.why('greeter'));
await supervisor.dispose({ services: 'stop' }); // or 'leave': the next supervisor adopts them
