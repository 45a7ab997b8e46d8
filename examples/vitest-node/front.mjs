// What users see: every visit is counted by somebody else.
import { createServer } from 'node:http';

const counter = `http://127.0.0.1:${process.env.COUNTER_PORT}/`;

createServer(async ({ url }, response) => {
  if (url === '/health') return response.end('well');
  try {
    const { count } = await (await fetch(counter, { method: 'POST' })).json();
    response.end(`you are visitor ${count}`);
  } catch {
    response.writeHead(503).end('nobody counts today');
  }
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('open'));
