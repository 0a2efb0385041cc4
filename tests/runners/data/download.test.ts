import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkFile, download } from '../../../runners/data/download.ts';
import { remoteSize } from '../../../runners/data/remote-size.ts';
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

/** The difference of two large buffers takes minutes to print. */
function assertWhole(path: string): void {
  assert.ok(readFileSync(path).equals(content), 'the file holds other bytes than the one served');
}

test('a file arrives whole, with progress, and nothing else stays', async (t) => {
  const { request } = await serve(t, (_, response) => send(response, 0));
  const progress: number[] = [];
  await download(request, { ...quick, onProgress: (done) => progress.push(done) });
  assertWhole(request.path);
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
  assertWhole(request.path);
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
  assertWhole(request.path);
  assert.deepEqual(requests, [null, 'bytes=50000-']);
});

test('a server without ranges is read from the start', async (t) => {
  const { request, requests } = await serve(t, (_, response, count) =>
    send(response, 0, count === 1 ? 100_000 : content.length),
  );
  await download(request, quick);
  assertWhole(request.path);
  assert.deepEqual(requests, [null, 'bytes=100000-']);
});

test('a file that changed on the server is read from the start', async (t) => {
  const { request } = await serve(t, (incoming, response, count) => {
    if (count === 1) return send(response, 0, 100_000, '"old"');
    assert.equal(incoming.headers['if-range'], '"old"');
    return send(response, 0);
  });
  await download(request, quick);
  assertWhole(request.path);
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
  assertWhole(request.path);
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

/** Leaves a part of `bytes` with what the server is said to have answered when it was begun. */
function leavePart(
  request: { readonly path: string; readonly url: string },
  bytes: Uint8Array,
  said: { readonly etag?: string; readonly lastModified?: string; readonly settled?: boolean },
): void {
  mkdirSync(dirname(request.path), { recursive: true });
  writeFileSync(`${request.path}.part`, bytes);
  const state = { url: request.url, etag: null, lastModified: null, settled: false, ...said };
  writeFileSync(`${request.path}.part.json`, JSON.stringify(state));
}

/** The first 100,000 bytes of another file. */
const foreign = Buffer.alloc(100_000, 9);

const mixtures: readonly {
  readonly name: string;
  readonly said: { etag?: string; lastModified?: string; settled?: boolean };
  readonly answer: Readonly<Record<string, string>>;
  readonly part?: Buffer;
}[] = [
  { name: 'no validator', said: {}, answer: {} },
  { name: 'a weak tag', said: { etag: 'W/"v1"' }, answer: { etag: 'W/"v1"' } },
  {
    name: 'a time that is too fresh',
    said: { lastModified: 'x' },
    answer: { 'last-modified': 'x' },
  },
  { name: 'another tag', said: { etag: '"v1"' }, answer: { etag: '"v2"' } },
  { name: 'a tag that the rest lacks', said: { etag: '"v1"' }, answer: {} },
  {
    name: 'another time',
    said: { lastModified: 'Mon, 01 Jan 2024 00:00:00 GMT', settled: true },
    answer: { 'last-modified': 'Tue, 02 Jan 2024 00:00:00 GMT' },
  },
  {
    name: 'a part of full size and another tag',
    said: { etag: '"v1"' },
    answer: { etag: '"v2"' },
    part: Buffer.alloc(content.length, 9),
  },
];

for (const { name, said, answer, part = foreign } of mixtures) {
  test(`without an MD5 a part with ${name} is never joined to another file`, async (t) => {
    // A server that ignores If-Range, as some do.
    const { request } = await serve(t, (incoming, response) => {
      const from = startOf(incoming);
      response.writeHead(from > 0 ? 206 : 200, {
        ...answer,
        ...(from > 0 ? { 'content-range': `bytes ${from}-299999/300000` } : {}),
      });
      response.end(content.subarray(from));
    });
    leavePart(request, part, said);
    await download({ ...request, md5: null }, quick);
    assertWhole(request.path);
    assert.deepEqual(readdirSync(dirname(request.path)), ['file.tar.gz']);
  });
}

test('without an MD5 a strong tag lets a part go on, also one of full size', async (t) => {
  const { request, requests } = await serve(t, (incoming, response) =>
    send(response, startOf(incoming)),
  );
  for (const size of [100_000, content.length]) {
    rmSync(request.path, { force: true });
    leavePart(request, content.subarray(0, size), { etag: '"v1"' });
    await download({ ...request, md5: null }, quick);
    assertWhole(request.path);
  }
  assert.deepEqual(requests, ['bytes=100000-', 'bytes=299999-']);
});

test('a resumed file with a wrong MD5 is fetched once more from the start', async (t) => {
  const { request, requests } = await serve(t, (incoming, response) =>
    send(response, startOf(incoming)),
  );
  leavePart(request, foreign, { etag: '"v1"' });
  const notices: string[] = [];
  await download(request, { ...quick, onNotice: (message) => notices.push(message) });
  assertWhole(request.path);
  assert.deepEqual(requests, ['bytes=100000-', null]);
  assert.match(notices[0] as string, /corrupt or another file.*from the start/);
});

const wrongRanges = ['bytes 0-299999/300000', 'bytes 100000-299999/999999', 'nonsense', ''];
for (const range of wrongRanges) {
  test(`the range "${range}" for the one from byte 100000 starts the file anew`, async (t) => {
    const { request, requests } = await serve(t, (incoming, response) => {
      if (startOf(incoming) === 0) return send(response, 0);
      response.writeHead(206, range === '' ? {} : { 'content-range': range });
      return response.end(content);
    });
    leavePart(request, content.subarray(0, 100_000), { etag: '"v1"' });
    await download(request, quick);
    assertWhole(request.path);
    assert.deepEqual(requests, ['bytes=100000-', null]);
  });
}

test('Retry-After is waited for, in seconds or as a date, but not for ever', async (t) => {
  const { request } = await serve(t, (_, response, count) =>
    count === 1
      ? response.writeHead(429, { 'retry-after': '1' }).end()
      : count === 2
        ? response.writeHead(503, { 'retry-after': new Date(0).toUTCString() }).end()
        : send(response, 0),
  );
  const begin = performance.now();
  await download(request, quick);
  assert.ok(performance.now() - begin >= 990);
  const patient = await serve(t, (_, response) =>
    response.writeHead(503, { 'retry-after': '3600' }).end(),
  );
  await assert.rejects(download(patient.request, quick), {
    code: 'FETCH',
    message: /answered 503 and asks to wait 3600 s, which is too long/,
  });
  assert.equal(patient.requests.length, 1);
});

test('a server that drips is given up', async (t) => {
  const { request, requests } = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    const drip = setInterval(() => response.write('x'), 20);
    const end = setTimeout(() => response.destroy(), 2000);
    response.on('close', () => {
      clearInterval(drip);
      clearTimeout(end);
    });
  });
  await assert.rejects(download(request, { ...quick, retries: 1, stallMs: 200 }), {
    code: 'FETCH',
    message: /too slow \(\d+ bytes in 0.2 s, less than 1024 a second\); 1 retries/,
  });
  assert.equal(requests.length, 2);
});

test('two fetches of one file: the second waits for the first', async (t) => {
  const { request, requests } = await serve(t, (incoming, response) => {
    const from = startOf(incoming);
    response.writeHead(200, { 'content-length': content.length - from });
    response.write(content.subarray(from, 150_000));
    setTimeout(() => response.end(content.subarray(150_000)), 100);
  });
  const notices: string[] = [];
  await Promise.all([
    download(request, quick),
    download(request, { ...quick, onNotice: (message) => notices.push(message) }),
  ]);
  assertWhole(request.path);
  assert.equal(requests.length, 1);
  assert.match(notices[0] as string, new RegExp(`process ${process.pid} fetches file\\.tar\\.gz`));
  assert.deepEqual(readdirSync(dirname(request.path)), ['file.tar.gz']);
});

test('the lock of a process that was killed holds nobody up and is cleared away', async (t) => {
  const { request } = await serve(t, (_, response) => send(response, 0));
  const folder = `${request.path}.part.lock`;
  mkdirSync(folder, { recursive: true });
  const owner = { pid: 2 ** 22 + 1, host: hostname(), started: 'long ago' };
  writeFileSync(join(folder, 'lock.1'), JSON.stringify({ owner, worker: null }));
  await download(request, quick);
  assert.deepEqual(readdirSync(dirname(request.path)), ['file.tar.gz']);
});

test('retries are counted anew where a transfer makes progress', async (t) => {
  const large = Buffer.alloc(5 * 2 ** 20, 7);
  const { request, requests } = await serve(t, (incoming, response) => {
    const from = startOf(incoming);
    response.writeHead(from > 0 ? 206 : 200, {
      etag: '"v1"',
      ...(from > 0 ? { 'content-range': `bytes ${from}-${large.length - 1}/${large.length}` } : {}),
    });
    const until = Math.min(from + 2 ** 20 + 1000, large.length);
    response.write(large.subarray(from, until), () =>
      until < large.length ? response.destroy() : response.end(),
    );
  });
  await download({ ...request, bytes: large.length, md5: null }, { ...quick, retries: 1 });
  assert.equal(requests.length, 5);
});

test('the size of a file is asked for again, and a server that does not answer is given up', async (t) => {
  const { request } = await serve(t, (_, response, count) =>
    count < 3
      ? response.writeHead(503).end()
      : response.writeHead(200, { 'content-length': '12' }).end(),
  );
  assert.equal(await remoteSize(request.url, quick), 12);
  const silent = await serve(t, () => {});
  // The signal of a command never fires by itself.
  const { signal } = new AbortController();
  await assert.rejects(
    remoteSize(silent.request.url, { signal, stallMs: 100, retries: 1, pauseMs: 1 }),
    { code: 'FETCH', message: /no answer in 0.1 s.*1 retries/ },
  );
  assert.equal(silent.requests.length, 2);
});
