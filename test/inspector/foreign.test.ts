/** Who is not meant to look at the inspector gets nothing, whatever browser it comes with. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useBrowser, withBrowser } from './browser.ts';
import { Seen, Stack } from './stage.ts';

/** All that a page can try on a server that is not its own. Each comes to what it got. */
const attacks = (origin: string, token: string): string => `(async () => {
  const origin = ${JSON.stringify(origin)};
  const headers = { authorization: 'Bearer ' + ${JSON.stringify(token)} };
  const body = JSON.stringify({ verb: 'stop', names: ['one'] });
  const got = (asking) => asking.then(
    async (answer) => answer.type + ' ' + (await answer.text()),
    () => 'refused',
  );
  const loaded = (element, set) => new Promise((done) => {
    element.onload = () => done('loaded');
    element.onerror = () => done('refused');
    set(element);
    document.head.append(element);
  });
  const make = (name) => document.createElement(name);
  const heard = (one) => new Promise((done) => {
    one.onopen = one.onmessage = () => done('heard');
    one.onerror = () => done('refused');
  });
  const frame = make('iframe');
  frame.src = origin + '/#token=' + ${JSON.stringify(token)};
  const framed = new Promise((done) => {
    frame.onload = () => {
      try {
        done(frame.contentDocument === null ? 'nothing' : 'a document');
      } catch {
        done('nothing');
      }
    };
  });
  document.body.append(frame);
  return {
    fetch: await got(fetch(origin + '/api/info')),
    fetchWithToken: await got(fetch(origin + '/api/recording', { headers })),
    command: await got(fetch(origin + '/api/command', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    })),
    simpleCommand: await got(fetch(origin + '/api/command', { method: 'POST', mode: 'no-cors', body })),
    blind: await got(fetch(origin + '/', { mode: 'no-cors' })),
    script: await loaded(make('script'), (one) => { one.src = origin + '/inspector.js'; }),
    style: await loaded(make('link'), (one) => {
      one.rel = 'stylesheet';
      one.href = origin + '/inspector.css';
    }),
    image: await loaded(make('img'), (one) => { one.src = origin + '/'; }),
    socket: await heard(new WebSocket(origin.replace('http', 'ws') + '/api/stream')),
    events: await heard(new EventSource(origin + '/api/stream')),
    frame: await framed,
  };
})()`;

withBrowser('somebody else', () => {
  const browser = useBrowser();
  let stack: Stack;
  let url = '';
  const foreign = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>evil</title>');
  });

  beforeAll(async () => {
    stack = Stack.of(`
version: 1
name: victim
services:
  one: { command: [sleep, "1000"] }
`);
    await stack.up();
    url = await stack.page({ control: true });
    await new Promise<void>((done) => foreign.listen(0, '127.0.0.1', done));
  });
  afterAll(async () => {
    foreign.close();
    foreign.closeAllConnections();
    await stack.down();
  });

  it('gets nothing with a page of their own, whatever they know', async () => {
    const { origin, hash } = new URL(url);
    const token = hash.replace('#token=', '');
    const before = await stack.pid('one');
    const { port } = foreign.address() as AddressInfo;
    const page = await browser.open(`http://127.0.0.1:${port}/`, {
      complaints: new RegExp(`^outside: ${origin}|^console: .*(CORS|status of 40|frame|ERR_|403)`),
    });
    const answers = await page.evaluate(attacks(origin, token));
    expect(answers).toEqual({
      fetch: 'refused',
      fetchWithToken: 'refused',
      command: 'refused',
      simpleCommand: 'refused',
      blind: 'refused',
      script: 'refused',
      style: 'refused',
      image: 'refused',
      socket: 'refused',
      events: 'refused',
      frame: 'nothing',
    });
    expect(page.frames().map((frame) => frame.url())).not.toContain(`${origin}/`);
    expect(await stack.pid('one')).toBe(before);
  });

  it('is told what to do where their token is another one', async () => {
    const { origin } = new URL(url);
    const page = await browser.open(`${origin}/#token=wrong`, { complaints: /status of 401/ });
    await new Seen(page).connection('not let in');
    await page
      .getByRole('alert')
      .getByText(/address that "drover inspect" says/)
      .waitFor();
  });
});
