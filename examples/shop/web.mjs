// The page. It asks the other services each time, and says so when one does not answer.
import { createServer } from 'node:http';

const { WEB_PORT, STOCK_PORT, PRICES_PORT } = process.env;

async function ask(port) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    return await response.json();
  } catch {
    return null;
  }
}

const page = (stock, prices) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The shop</title>
<style>body{font:16px/1.6 system-ui;margin:3rem auto;max-width:32rem}td,th{padding:.2rem 1rem;text-align:left}</style>
<h1>The shop</h1>
${
  stock === null
    ? '<p>The stock does not answer just now.</p>'
    : `<table><tr><th>fruit<th>in store<th>price</tr>${Object.entries(stock)
        .map(([name, count]) => `<tr><td>${name}<td>${count}<td>${prices?.[name] ?? '?'}</tr>`)
        .join('')}</table>`
}
${prices === null ? '<p>Prices are being looked up. Reload in a moment.</p>' : ''}
</html>`;

createServer(async (_request, response) => {
  const [stock, prices] = await Promise.all([ask(STOCK_PORT), ask(PRICES_PORT)]);
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(page(stock, prices));
}).listen(Number(WEB_PORT), '127.0.0.1', () => {
  console.log(`open http://127.0.0.1:${WEB_PORT}/`);
});
