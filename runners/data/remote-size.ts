import { InfrastructureError } from '../../common/errors.ts';
import { limits } from './limits.ts';

/**
 * Bytes of a file on a server, where no source states them.
 *
 * @throws InfrastructureError `FETCH` where the server cannot be reached, refuses, does not say, or says more than a data
 *   file may have
 */
export async function remoteSize(
  url: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<number> {
  const fail = (what: string, cause?: unknown) =>
    new InfrastructureError('FETCH', `Cannot fetch ${url}: ${what}.`, {
      hint: 'Try again later, or bring the file from another machine and give its folder with --data.',
      cause,
    });
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'HEAD',
      headers: { 'Accept-Encoding': 'identity' },
      signal: signal ?? AbortSignal.timeout(60_000),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw fail(`the server cannot be reached (${(cause as Error).message})`, cause);
  }
  if (!response.ok) throw fail(`the server answered ${response.status} ${response.statusText}`);
  const bytes = Number(response.headers.get('content-length') ?? Number.NaN);
  if (!Number.isSafeInteger(bytes) || bytes < 1)
    throw fail('the server does not say how large it is');
  if (bytes > limits.unpacked) throw fail(`it has ${bytes} bytes, more than ${limits.unpacked}`);
  return bytes;
}
