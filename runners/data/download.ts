import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DataError, InfrastructureError } from '../../common/errors.ts';
import { syncFolder, writeError, writeFileAtomic, writeWhole } from '../../common/files.ts';
import { limits } from './limits.ts';

/** What is to be downloaded. */
export interface DownloadRequest {
  readonly url: string;
  /** Where the finished file goes. Until then it is `<path>.part`. */
  readonly path: string;
  readonly bytes: number;
  /** Null where nobody states it: then only the size is checked. */
  readonly md5: string | null;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Called after every piece with the bytes that are there and the bytes that will be. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Called with a sentence when a transfer broke off and is resumed. */
  readonly onNotice?: (message: string) => void;
  /** How often a broken transfer is taken up again before giving up. */
  readonly retries?: number;
  /** Pause before the first retry; doubled each time. */
  readonly pauseMs?: number;
  /** A transfer that brings nothing for this long counts as broken. */
  readonly stallMs?: number;
}

/** A transfer that may be taken up again where it broke off. */
class BrokenTransfer extends Error {}

/**
 * Downloads a file and checks its size and MD5. A transfer that breaks off is resumed with a Range request, in this
 * call or in a later one; a server without ranges, or whose file changed in between, is read from the start. The file
 * appears under its name only when it is whole and right.
 *
 * @throws DataError `DATA_CHECKSUM` where what arrived is not what is expected (it is deleted).
 * @throws InfrastructureError `FETCH` where the server refuses or the network fails for good (the part is kept).
 */
export async function download(
  request: DownloadRequest,
  options: DownloadOptions = {},
): Promise<void> {
  const part = `${request.path}.part`;
  const retries = options.retries ?? 5;
  try {
    mkdirSync(dirname(request.path), { recursive: true });
  } catch (cause) {
    throw writeError(request.path, cause);
  }
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (sizeOf(part) !== request.bytes) await transfer(request, part, options);
      break;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof BrokenTransfer)) throw error;
      if (attempt >= retries)
        throw fetchError(request, `${error.message}; ${attempt} retries`, error);
      options.onNotice?.(`${error.message}; resuming at byte ${sizeOf(part)}.`);
      await pause((options.pauseMs ?? 1000) * 2 ** attempt, undefined, { signal: options.signal });
    }
  }
  await checkFile(part, request, request.url).catch((error: unknown) => {
    // What is complete and wrong cannot be resumed.
    discard(part);
    throw error;
  });
  try {
    renameSync(part, request.path);
    syncFolder(dirname(request.path));
  } catch (cause) {
    throw writeError(request.path, cause);
  }
  rmSync(`${part}.json`, { force: true });
}

/**
 * Checks a file's size and MD5.
 *
 * @throws DataError `DATA_CHECKSUM` naming the file, what it has and what it should have.
 */
export async function checkFile(
  path: string,
  expected: { readonly bytes: number; readonly md5: string | null },
  from?: string,
): Promise<void> {
  const name = from === undefined ? path : `${basename(path).replace(/\.part$/, '')} from ${from}`;
  const size = sizeOf(path);
  if (size !== expected.bytes) {
    const what = size < expected.bytes ? 'is truncated' : 'is the wrong file';
    throw checksumError(name, `${what}: it has ${size} bytes instead of ${expected.bytes}`);
  }
  if (expected.md5 === null) return;
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const found = hash.digest('hex');
  if (found !== expected.md5) {
    throw checksumError(
      name,
      `is corrupt or another file: its MD5 is ${found} instead of ${expected.md5}`,
    );
  }
}

/** One request: appends to the part what the server sends. */
async function transfer(
  request: DownloadRequest,
  part: string,
  options: DownloadOptions,
): Promise<void> {
  const state = readState(part, request);
  const have = state === undefined ? 0 : sizeOf(part);
  const stall = new AbortController();
  const signals = [stall.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const watch = stallWatch(stall, options.stallMs ?? 60_000);
  try {
    const response = await fetch(request.url, {
      headers: {
        // A compressed transfer would have other offsets than the file.
        'Accept-Encoding': 'identity',
        ...(have > 0
          ? {
              Range: `bytes=${have}-`,
              ...(state?.validator ? { 'If-Range': state.validator } : {}),
            }
          : {}),
      },
      signal: AbortSignal.any(signals),
    });
    const start = startOf(response, request, have);
    if (response.status === 416) {
      discard(part);
      throw new BrokenTransfer(`${request.url} cannot be resumed at byte ${have}`);
    }
    const validator = response.headers.get('etag') ?? response.headers.get('last-modified');
    // A weak validator may not be used in If-Range.
    const strong = validator?.startsWith('W/') ? null : validator;
    writeFileAtomic(`${part}.json`, JSON.stringify({ url: request.url, validator: strong }));
    await append(response, part, start, request, options, watch.touch);
    if (sizeOf(part) < request.bytes) {
      throw new BrokenTransfer(
        `${request.url} ended after ${sizeOf(part)} of ${request.bytes} bytes`,
      );
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof TypeError || stall.signal.aborted) {
      throw new BrokenTransfer(`The transfer of ${request.url} broke off (${reasonOf(error)})`);
    }
    throw error;
  } finally {
    watch.stop();
  }
}

/** The offset at which the response's body starts. */
function startOf(response: Response, request: DownloadRequest, have: number): number {
  if (response.status === 200) return 0;
  if (response.status === 416) return have;
  if (response.status === 206) {
    const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
    const start = range === null ? Number.NaN : Number(range[1]);
    if (start === have) return start;
    throw fetchError(request, `the server sent another range than the one from byte ${have}`);
  }
  if (response.status >= 500 || response.status === 429) {
    throw new BrokenTransfer(`${request.url} answered ${response.status}`);
  }
  throw fetchError(request, `the server answered ${response.status} ${response.statusText}`);
}

async function append(
  response: Response,
  part: string,
  start: number,
  request: DownloadRequest,
  options: DownloadOptions,
  touch: () => void,
): Promise<void> {
  if (response.body === null) throw new BrokenTransfer(`${request.url} sent nothing`);
  let done = start;
  const descriptor = openPart(part, start);
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      touch();
      if (done + chunk.byteLength > request.bytes) {
        discard(part);
        throw checksumError(
          `${basename(request.path)} from ${request.url}`,
          `is the wrong file: it has more than ${request.bytes} bytes`,
        );
      }
      try {
        writeWhole(descriptor, chunk);
      } catch (cause) {
        throw writeError(part, cause);
      }
      done += chunk.byteLength;
      options.onProgress?.(done, request.bytes);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function openPart(part: string, start: number): number {
  try {
    return openSync(part, start === 0 ? 'w' : 'a');
  } catch (cause) {
    throw writeError(part, cause);
  }
}

/** What is known of a part from an earlier transfer; undefined where it cannot be continued. */
function readState(
  part: string,
  request: DownloadRequest,
): { validator: string | null } | undefined {
  const path = `${part}.json`;
  if (!existsSync(part) || !existsSync(path) || sizeOf(part) > request.bytes) return undefined;
  try {
    if (statSync(path).size > limits.textFile) return undefined;
    const state = JSON.parse(readFileSync(path, 'utf8')) as { url: unknown; validator: unknown };
    if (state.url !== request.url) return undefined;
    return { validator: typeof state.validator === 'string' ? state.validator : null };
  } catch {
    return undefined;
  }
}

function stallWatch(stall: AbortController, patience: number): { touch(): void; stop(): void } {
  let timer = setTimeout(() => stall.abort(), patience);
  return {
    touch() {
      clearTimeout(timer);
      timer = setTimeout(() => stall.abort(), patience);
    },
    stop: () => clearTimeout(timer),
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function discard(part: string): void {
  rmSync(part, { force: true });
  rmSync(`${part}.json`, { force: true });
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

function fetchError(request: DownloadRequest, what: string, cause?: unknown): InfrastructureError {
  return new InfrastructureError('FETCH', `Cannot fetch ${request.url}: ${what}.`, {
    hint: `Run the command again to resume, or bring ${basename(request.path)} from another machine and give its folder with --data.`,
    cause,
  });
}

function checksumError(name: string, what: string): DataError {
  return new DataError('DATA_CHECKSUM', `The file ${name} ${what}.`, {
    hint: 'Delete it and fetch it again (redistill data fetch), or check where it came from.',
  });
}
