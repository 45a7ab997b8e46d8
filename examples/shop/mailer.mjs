// A worker that will not be told to stop.
process.on('SIGTERM', () => console.log('SIGTERM? not now, there is mail to send'));
let sent = 0;
setInterval(() => {
  sent += 1;
  console.log(`confirmation ${sent} sent`);
}, 3_000);
console.log('waiting for orders');
