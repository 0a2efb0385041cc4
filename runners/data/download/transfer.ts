import { basename } from 'node:path';
import { BrokenTransfer, checksumError, fetchError } from './errors.ts';
import { watchPace } from './pace.ts';
import { discardPart, openPart, partSize, type Resumption, resumption } from './part.ts';
import { type DownloadOptions, type DownloadRequest, downloadDefaults } from './request.ts';
import { retryAfterMs } from './retry-after.ts';
import { differ, strongValidator, validatorsOf } from './validators.ts';

/**
 * One request: appends to the part what the server sends.
 *
 * @throws BrokenTransfer where another request may bring the rest. A part that cannot be continued
 *   is gone then.
 * @throws InfrastructureError `FETCH` where the server refuses
 * @throws DataError `DATA_CHECKSUM` for a file that is too large
 */
export async function transfer(request: DownloadRequest, options: DownloadOptions): Promise<void> {
  const resumed = resumption(request);
  const { stallMs, leastRate } = { ...downloadDefaults, ...options };
  const pace = watchPace(stallMs, leastRate);
  const signals = [pace.signal, ...(options.signal === undefined ? [] : [options.signal])];
  try {
    const response = await fetch(request.url, {
      headers: requestHeaders(resumed),
      signal: AbortSignal.any(signals),
    });
    const from = startOf(response, request, resumed);
    await append(response, request, from, options, pace.count);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (pace.signal.aborted) {
      const { message } = pace.signal.reason as Error;
      throw new BrokenTransfer(`The transfer of ${request.url} is too slow (${message})`);
    }
    if (error instanceof TypeError) {
      throw new BrokenTransfer(`The transfer of ${request.url} broke off (${reasonOf(error)})`);
    }
    throw error;
  } finally {
    pace.stop();
  }
  const size = partSize(request);
  if (size < request.bytes) {
    throw new BrokenTransfer(`${request.url} ended after ${size} of ${request.bytes} bytes`);
  }
}

function requestHeaders(resumed: Resumption | null): Record<string, string> {
  // A compressed transfer would have other offsets than the file.
  const headers = { 'Accept-Encoding': 'identity' };
  if (resumed === null) return headers;
  const validator = strongValidator(resumed.validators);
  return {
    ...headers,
    Range: `bytes=${resumed.from}-`,
    ...(validator === null ? {} : { 'If-Range': validator }),
  };
}

/** The offset at which the response's body starts. */
function startOf(response: Response, request: DownloadRequest, resumed: Resumption | null): number {
  const { status, statusText } = response;
  if (status === 200) return 0;
  if (status === 206) return partialStart(response, request, resumed);
  if (status === 416 && resumed !== null) {
    throw startAnew(request, `it has no byte ${resumed.from}`);
  }
  if (status >= 500 || status === 429 || status === 408) {
    const pause = retryAfterMs(response, Date.now());
    const asks = pause > 0 ? ` and asks to wait ${Math.ceil(pause / 1000)} s` : '';
    throw new BrokenTransfer(`${request.url} answered ${status}${asks}`, pause);
  }
  throw fetchError(request.url, `the server answered ${status} ${statusText}`.trimEnd());
}

/** The same of a partial answer (206): it must be the rest of the file that the part began with. */
function partialStart(
  response: Response,
  request: DownloadRequest,
  resumed: Resumption | null,
): number {
  const from = resumed?.from ?? 0;
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  if (range === null || Number(range[1]) !== from) {
    throw startAnew(request, `the server sent another range than the one from byte ${from}`);
  }
  if (range[3] !== '*' && Number(range[3]) !== request.bytes) {
    throw startAnew(request, `it has ${range[3]} bytes now instead of ${request.bytes}`);
  }
  if (resumed === null) return from;
  const now = validatorsOf(response);
  if (differ(resumed.validators, now)) throw startAnew(request, 'it changed on the server');
  const strong = strongValidator(resumed.validators);
  if (request.md5 === null && strongValidator(now) !== strong) {
    throw startAnew(request, 'the server does not say that it is still the same file');
  }
  return from;
}

/** The part is of no use: the next request asks for the whole file. */
function startAnew(request: DownloadRequest, why: string): BrokenTransfer {
  discardPart(request);
  return new BrokenTransfer(`${request.url} cannot be resumed: ${why}`);
}

async function append(
  response: Response,
  request: DownloadRequest,
  from: number,
  options: DownloadOptions,
  count: (bytes: number) => void,
): Promise<void> {
  if (response.body === null) throw new BrokenTransfer(`${request.url} sent nothing`);
  const part = openPart(request, from, validatorsOf(response));
  let done = from;
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      count(chunk.byteLength);
      if (done + chunk.byteLength > request.bytes) throw tooLarge(request, from);
      part.write(chunk);
      done += chunk.byteLength;
      options.onProgress?.(done, request.bytes);
    }
  } finally {
    part.close();
  }
}

function tooLarge(request: DownloadRequest, from: number): Error {
  if (from > 0) return startAnew(request, `it has more than ${request.bytes} bytes now`);
  discardPart(request);
  return checksumError(
    `${basename(request.path)} from ${request.url}`,
    `is the wrong file: it has more than ${request.bytes} bytes`,
  );
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
