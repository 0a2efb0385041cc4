import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkFile, download } from '../../../runners/data/download.ts';
import { temporaryFolder } from '../../results/temporary.ts';

const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 253));
const expected = { bytes: content.length, md5: createHash('md5').update(content).digest('hex') };
const quick = { pauseMs: 1, retries: 3 };

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A loopback server; `requests` holds the Range header of each request, or null. */
async function serve(t: TestContext, handler: Handler) {
  const requests: (string | null)[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers.range ?? null);
    handler(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const path = join(temporaryFolder(t), 'downloads', 'file.tar.gz');
  const { port } = server.address() as AddressInfo;
  return { request: { url: `http://127.0.0.1:${port}/file.tar.gz`, path, ...expected }, requests };
}

const startOf = (request: IncomingMessage) =>
  Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);

/** What a server with ranges sends from `from` on; `until` breaks the connection there. */
function send(response: ServerResponse, from: number, until = content.length, tag = '"v1"'): void {
  response.writeHead(from > 0 ? 206 : 200, {
    etag: tag,
    'content-length': content.length - from,
    ...(from > 0
      ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }
      : {}),
  });
  response.write(content.subarray(from, until), () => {
    if (until < content.length) response.destroy();
    else response.end();
  });
}

test('a file arrives whole, with progress, and nothing else stays', async (t) => {
  const { request } = await serve(t, (_, response) => send(response, 0));
  const progress: number[] = [];
  await download(request, { ...quick, onProgress: (done) => progress.push(done) });
  assert.deepEqual(readFileSync(request.path), content);
  assert.deepEqual(readdirSync(join(request.path, '..')), ['file.tar.gz']);
  assert.deepEqual(
    progress,
    progress.toSorted((a, b) => a - b),
  );
  assert.equal(progress.at(-1), content.length);
});

test('a transfer that breaks off twice goes on where it broke', async (t) => {
  const { request, requests } = await serve(t, (incoming, response, count) => {
    const from = startOf(incoming);
    send(response, from, count < 3 ? from + 100_000 : content.length);
  });
  const notices: string[] = [];
  await download(request, { ...quick, onNotice: (message) => notices.push(message) });
  assert.deepEqual(readFileSync(request.path), content);
  assert.deepEqual(requests, [null, 'bytes=100000-', 'bytes=200000-']);
  assert.match(notices[0] as string, /broke off .*resuming at byte 100000/);
});

test('a later call goes on with the part of an earlier one', async (t) => {
  let broken = true;
  const { request, requests } = await serve(t, (incoming, response) => {
    const from = startOf(incoming);
    send(response, from, broken ? from + 50_000 : content.length);
  });
  await assert.rejects(download(request, { ...quick, retries: 0 }), {
    code: 'FETCH',
    message: /broke off/,
  });
  assert.ok(!existsSync(request.path));
  broken = false;
  await download(request, quick);
  assert.deepEqual(readFileSync(request.path), content);
  assert.deepEqual(requests, [null, 'bytes=50000-']);
});

test('a server without ranges is read from the start', async (t) => {
  const { request, requests } = await serve(t, (_, response, count) =>
    send(response, 0, count === 1 ? 100_000 : content.length),
  );
  await download(request, quick);
  assert.deepEqual(readFileSync(request.path), content);
  assert.deepEqual(requests, [null, 'bytes=100000-']);
});

test('a file that changed on the server is read from the start', async (t) => {
  const { request } = await serve(t, (incoming, response, count) => {
    if (count === 1) return send(response, 0, 100_000, '"old"');
    assert.equal(incoming.headers['if-range'], '"old"');
    return send(response, 0);
  });
  await download(request, quick);
  assert.deepEqual(readFileSync(request.path), content);
});

test('what arrives with another checksum is refused and not kept', async (t) => {
  const { request } = await serve(t, (_, response) => send(response, 0));
  await assert.rejects(download({ ...request, md5: '0'.repeat(32) }, quick), {
    code: 'DATA_CHECKSUM',
    message: /file\.tar\.gz from http.* is corrupt or another file: its MD5 is/,
  });
  assert.deepEqual(readdirSync(join(request.path, '..')), []);
});

test('a file that is larger than it should be is refused while it arrives', async (t) => {
  const { request } = await serve(t, (_, response) => send(response, 0));
  await assert.rejects(download({ ...request, bytes: 1000 }, quick), {
    code: 'DATA_CHECKSUM',
    message: /more than 1000 bytes/,
  });
  assert.deepEqual(readdirSync(join(request.path, '..')), []);
});

test('a file that the server has only in part ends as a fetch error', async (t) => {
  const { request } = await serve(t, (incoming, response) => {
    if (startOf(incoming) > 0) return response.writeHead(416).end();
    response.writeHead(200, { 'content-length': 1000 });
    return response.end(content.subarray(0, 1000));
  });
  await assert.rejects(download(request, { ...quick, retries: 2 }), {
    code: 'FETCH',
    message: /ended after 1000 of 300000 bytes|cannot be resumed/,
  });
});

test('a server that stalls counts as broken', async (t) => {
  const { request, requests } = await serve(t, (incoming, response, count) => {
    if (count > 1) return send(response, startOf(incoming));
    response.writeHead(200, { 'content-length': content.length });
    return response.write(content.subarray(0, 10));
  });
  await download(request, { ...quick, stallMs: 200 });
  assert.equal(requests.length, 2);
  assert.deepEqual(readFileSync(request.path), content);
});

test('a server that refuses is not asked again; one in trouble is', async (t) => {
  const refusing = await serve(t, (_, response) => response.writeHead(404).end());
  await assert.rejects(download(refusing.request, quick), {
    code: 'FETCH',
    message: /answered 404/,
  });
  assert.equal(refusing.requests.length, 1);
  const troubled = await serve(t, (_, response, count) =>
    count < 3 ? response.writeHead(503).end() : send(response, 0),
  );
  await download(troubled.request, quick);
  assert.equal(troubled.requests.length, 3);
});

test('stopping keeps the part for the next call', async (t) => {
  const stop = new AbortController();
  const { request } = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 100_000));
  });
  const running = download(request, {
    ...quick,
    signal: stop.signal,
    onProgress: (done) => {
      if (done === 100_000) stop.abort();
    },
  });
  await assert.rejects(running, { name: 'AbortError' });
  assert.equal(readFileSync(`${request.path}.part`).length, 100_000);
});

test('a file on disk is checked by size and MD5', async (t) => {
  const path = join(temporaryFolder(t), 'cifar.tar.gz');
  writeFileSync(path, content);
  await checkFile(path, expected);
  writeFileSync(path, content.subarray(1));
  await assert.rejects(checkFile(path, expected), {
    code: 'DATA_CHECKSUM',
    message: /cifar\.tar\.gz is truncated: it has 299999 bytes instead of 300000/,
  });
  const changed = Buffer.from(content);
  changed[5] = 255;
  writeFileSync(path, changed);
  await assert.rejects(checkFile(path, expected), { message: /cifar\.tar\.gz is corrupt/ });
});
