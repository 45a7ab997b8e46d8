/**
 * A bridge to the hosted page of the Stately inspector, for those who use it. What
 * happens comes to our page over our own stream, with our token, and from there goes
 * to theirs in a frame; the relay of `@statelyai/inspect/server` would let everybody
 * in the network listen. It is there only when somebody has asked for it.
 */
import type { Inspected, Pour } from './inspected.ts';
import { type Page, pageOf } from './page.ts';

const theirs = 'https://stately.ai';

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>drover in the Stately inspector</title>
    <link rel="stylesheet" href="stately.css" />
    <script type="module" src="stately.js"></script>
  </head>
  <body>
    <iframe title="Stately inspector" src="${theirs}/inspect"></iframe>
  </body>
</html>
`;

const css = 'html, body, iframe { width: 100%; height: 100%; margin: 0; border: 0 }\n';

/** Told before it was ready, their page would miss it, so it says when it is. */
const script = `const theirs = ${JSON.stringify(theirs)};
const frame = document.querySelector('iframe');
const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
history.replaceState(null, '', location.pathname);
let isBegun = false;

addEventListener('message', ({ origin, data }) => {
  if (origin !== theirs || data?.type !== '@statelyai.connected' || isBegun) return;
  isBegun = true;
  tell();
});

async function tell() {
  const headers = { authorization: 'Bearer ' + token };
  const answer = await fetch('api/stately', { headers });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const frames = (rest + value).split('\\n\\n');
    rest = frames.pop();
    for (const text of frames) {
      const data = /^event: message\\ndata: (.*)$/m.exec(text)?.[1];
      if (data !== undefined) frame.contentWindow.postMessage(JSON.parse(data), theirs);
    }
  }
}
`;

export const statelyPage: Page = pageOf([
  ['/stately', '.html', html],
  ['/stately.js', '.js', script],
  ['/stately.css', '.css', css],
]);

export const statelyPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  `frame-src ${theirs}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const statelyStream =
  (inspected: Inspected): Pour =>
  (stream) => {
    const stop = inspected.stately((data) => stream.send({ event: 'message', data }));
    stream.whenClosed(stop);
    if (!stream.isOpen) stop();
  };
