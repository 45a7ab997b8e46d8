// A database of sorts. It loads for two seconds, and answers only then.
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const port = Number(process.env.STOCK_PORT);
console.log('loading the stock ...');
await delay(2_000);

const stock = { apple: 12, pear: 7, quince: 3 };
const server = createServer((request, response) => {
  const body = request.url === '/health' ? { ok: true } : stock;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
});
server.listen(port, '127.0.0.1', () => console.log(`ready on port ${port}`));
process.on('SIGTERM', () => {
  console.log('closing the books');
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
