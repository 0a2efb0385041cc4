import { rmdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { acquireLock, describeHolder } from '../../../common/lock.ts';
import { partFile } from './part.ts';
import type { DownloadOptions, DownloadRequest } from './request.ts';

export interface PartLock {
  release(): void;
  /**
   * Releases and leaves nothing behind: the file is whole, so that nobody needs the lock any more.
   */
  remove(): void;
}

/** Milliseconds between two looks at a lock that another process holds. */
const lookMs = 300;

/**
 * Takes a part for this process; waits while another one fetches the same file.
 *
 * @throws InfrastructureError `FILE_WRITE`
 */
export async function lockPart(
  request: DownloadRequest,
  { signal, onNotice }: DownloadOptions,
): Promise<PartLock> {
  const folder = `${partFile(request)}.lock`;
  for (let told = false; ; told = true) {
    const attempt = acquireLock(folder);
    if (attempt.kind === 'held') {
      const { lock } = attempt;
      return {
        release() {
          lock.release();
          removeEmpty(folder);
        },
        remove: () => rmSync(folder, { recursive: true, force: true }),
      };
    }
    if (!told) {
      const holder = describeHolder(attempt.holder, hostname());
      onNotice?.(
        `${holder} fetches ${basename(request.path)} already; waiting for it (should that machine be gone, remove ${folder}).`,
      );
    }
    await pause(lookMs, undefined, { signal });
  }
}

/** A folder with a lock of another process, dead or alive, is not empty and stays. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // An empty folder harms nothing.
  }
}
