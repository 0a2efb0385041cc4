import { BrokenTransfer, fetchError } from './download/errors.ts';
import type { DownloadOptions } from './download/request.ts';
import { retrying } from './download/retry.ts';
import { retryAfterMs } from './download/retry-after.ts';
import { limits } from './limits.ts';

/**
 * A question for a few bytes of headers: about a minute in all for a server that does not answer.
 */
const patience = { retries: 2, stallMs: 15_000 } as const;

/**
 * Bytes of a file on a server, where no source states them.
 *
 * @throws InfrastructureError `FETCH` where the server cannot be reached, does not answer in
 *   `stallMs`, refuses, does not say, or says more than a data file may have
 */
export function remoteSize(url: string, options: DownloadOptions = {}): Promise<number> {
  const look = () => ({ progress: false, next: 'asking again' });
  return retrying(url, () => askSize(url, options), look, { ...patience, ...options });
}

async function askSize(
  url: string,
  { signal, stallMs = patience.stallMs }: DownloadOptions,
): Promise<number> {
  const stall = AbortSignal.timeout(stallMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'HEAD',
      headers: { 'Accept-Encoding': 'identity' },
      signal: AbortSignal.any([stall, ...(signal === undefined ? [] : [signal])]),
    });
  } catch (cause) {
    const why = stall.aborted ? `no answer in ${stallMs / 1000} s` : (cause as Error).message;
    throw new BrokenTransfer(`the server cannot be reached (${why})`);
  }
  const { ok, status, statusText } = response;
  if (status >= 500 || status === 429 || status === 408) {
    throw new BrokenTransfer(`the server answered ${status}`, retryAfterMs(response, Date.now()));
  }
  if (!ok) throw fetchError(url, `the server answered ${status} ${statusText}`.trimEnd());
  const bytes = Number(response.headers.get('content-length') ?? Number.NaN);
  if (!Number.isSafeInteger(bytes) || bytes < 1) {
    throw fetchError(url, 'the server does not say how large it is');
  }
  if (bytes > limits.unpacked) {
    throw fetchError(url, `it has ${bytes} bytes, more than ${limits.unpacked}`);
  }
  return bytes;
}
