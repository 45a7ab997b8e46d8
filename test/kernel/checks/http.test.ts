import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, freePort, serve } from './stage.ts';

describe('a check of a page', () => {
  it.each([
    [200, null, true],
    [204, null, true],
    [302, null, true],
    [404, null, false],
    [503, null, false],
    [401, 401, true],
    [200, 401, false],
  ])('judges status %d where %s is wanted', async (status, wanted, passes) => {
    const url = await page((_request, response) => response.writeHead(status).end('ok'));
    const answer = await ask({ kind: 'http', url, status: wanted });
    expect(answer).toBe(passes ? 'passed' : `HTTP status ${status} from ${url}`);
  });

  it('asks for that path of that host, as somebody with a name', async () => {
    let asked = '';
    const url = await page(({ url: path, headers }, response) => {
      asked = `${path} ${headers.host} ${headers['user-agent']}`;
      response.end();
    });
    await ask({ kind: 'http', url: `${url}health?deep=1`, status: null });
    expect(asked).toBe(`/health?deep=1 ${new URL(url).host} drover`);
  });

  it('passes a page that never ends, and one that is too long to be read', async () => {
    const endless = await page((_request, response) => void response.write('on and'));
    expect(await ask({ kind: 'http', url: endless, status: null })).toBe('passed');
    const long = await page((_request, response) => response.end(Buffer.alloc(5_000_000)));
    expect(await ask({ kind: 'http', url: long, status: null })).toBe('passed');
  });

  it('says what is wrong where no page comes', async () => {
    const port = await freePort();
    const at = `127.0.0.1:${port}`;
    expect(await ask({ kind: 'http', url: `http://${at}/`, status: null })).toBe(
      `connection refused at ${at}`,
    );
    expect(await http((socket) => socket.end())).toMatch(
      / closed the connection without an answer$/,
    );
    expect(await http((socket) => socket.end('SSH-2.0-x\r\n'))).toMatch(/ does not speak HTTP$/);
    expect(await http(() => {}, 50)).toMatch(/^no answer from http:\/\/.* within 50 ms$/);
    const huge = `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}`;
    expect(await http((socket) => socket.end(huge))).toMatch(/ does not speak HTTP$/);
  });
});

async function page(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
}

async function http(talk: Parameters<typeof serve>[0], timeoutMs = 2_000): Promise<string> {
  const { endpoint } = await serve(talk);
  const port = endpoint.kind === 'tcp' ? endpoint.port : 0;
  return ask({ kind: 'http', url: `http://127.0.0.1:${port}/`, status: null }, { timeoutMs });
}
