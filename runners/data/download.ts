import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { removeLeftovers, syncFolder, writeError } from '../../common/files.ts';
import { checkFile } from './download/check-file.ts';
import { discardPart, forgetPart, partFile, partSize } from './download/part.ts';
import { lockPart } from './download/part-lock.ts';
import type { DownloadOptions, DownloadRequest } from './download/request.ts';
import { retrying } from './download/retry.ts';
import { transfer } from './download/transfer.ts';

export { checkFile } from './download/check-file.ts';
export type { DownloadOptions, DownloadRequest } from './download/request.ts';

/** A part that has grown by this many bytes since the last break counts as progress. */
const progressBytes = 2 ** 20;

/**
 * Downloads a file and checks its size and MD5. A transfer that breaks off is resumed with a Range
 * request, in this call or in a later one; a server without ranges, or whose file changed in
 * between, is read from the start. Without an MD5 a part is only continued where the server proves
 * that its file is still the same. One process at a time fetches a file; another waits for it. The
 * file appears under its name only when it is whole and right.
 *
 * @throws DataError `DATA_CHECKSUM` where what arrived is not what is expected (it is deleted).
 * @throws InfrastructureError `FETCH` where the server refuses or the network fails for good (the
 *   part is kept).
 */
export async function download(
  request: DownloadRequest,
  options: DownloadOptions = {},
): Promise<void> {
  try {
    mkdirSync(dirname(request.path), { recursive: true });
  } catch (cause) {
    throw writeError(request.path, cause);
  }
  const lock = await lockPart(request, options);
  removeLeftovers(dirname(request.path));
  try {
    // Another process may have finished the file since the caller looked for it.
    if (existsSync(request.path)) await checkFile(request.path, request);
    else {
      await fetchWhole(request, options);
      finish(request);
    }
  } catch (error) {
    lock.release();
    throw error;
  }
  lock.remove();
}

/**
 * Brings the part to its full size and checks it. What was resumed and is wrong is fetched once
 * more from the start.
 */
async function fetchWhole(request: DownloadRequest, options: DownloadOptions): Promise<void> {
  const resumed = await transferAll(request, options);
  try {
    await checkFile(partFile(request), request, request.url);
    return;
  } catch (error) {
    // What is complete and wrong cannot be resumed.
    discardPart(request);
    if (!resumed) throw error;
    options.onNotice?.(`${(error as Error).message} It was resumed; fetching it from the start.`);
  }
  await transferAll(request, options);
  await checkFile(partFile(request), request, request.url).catch((error: unknown) => {
    discardPart(request);
    throw error;
  });
}

/**
 * Requests the file until the part is complete. Returns whether any of it was there before the last
 * start.
 */
async function transferAll(request: DownloadRequest, options: DownloadOptions): Promise<boolean> {
  let furthest = partSize(request);
  let resumed = furthest > 0;
  const look = () => {
    const size = partSize(request);
    const progress = size >= furthest + progressBytes;
    furthest = Math.max(furthest, size);
    resumed = size > 0;
    return { progress, next: resumed ? `resuming at byte ${size}` : 'starting anew' };
  };
  const ask = async () => {
    // The checksum decides about a part of full size; without one the server must be heard.
    if (partSize(request) === request.bytes && request.md5 !== null) return;
    await transfer(request, options);
  };
  await retrying(request.url, ask, look, options);
  return resumed;
}

function finish(request: DownloadRequest): void {
  try {
    renameSync(partFile(request), request.path);
    syncFolder(dirname(request.path));
  } catch (cause) {
    throw writeError(request.path, cause);
  }
  forgetPart(request);
}
