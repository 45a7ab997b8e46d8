/** What `drover up -d` does, in a process of its own: prints one line of JSON and ends. */
const [built, file, stateDir, wait = 'true'] = process.argv.slice(2);
const { startDaemon } = await import(`${built}/control/start-daemon.js`);
try {
  const { client, daemon, isNew, operation } = await startDaemon({
    ...{ file, stateDir },
    wait: wait === 'true',
  });
  client.close();
  console.log(JSON.stringify({ pid: daemon.pid, isNew, outcomes: operation?.outcomes ?? [] }));
} catch ({ code, message, hint }) {
  console.log(JSON.stringify({ code, message, hint }));
  process.exitCode = 1;
}
