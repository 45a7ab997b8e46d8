// Knows the prices, and falls over every now and then.
import { createServer } from 'node:http';

const port = Number(process.env.PRICES_PORT);
const prices = { apple: 0.4, pear: 0.6, quince: 1.9 };
createServer((request, response) => {
  const body = request.url === '/health' ? { ok: true } : prices;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}).listen(port, '127.0.0.1', () => console.log(`ready on port ${port}`));

const seconds = Number.parseFloat(process.env.CRASH_AFTER ?? '20s');
setTimeout(() => {
  console.error('RangeError: the price of quinces is not a number');
  process.exit(1);
}, seconds * 1_000);
