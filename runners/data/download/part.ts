import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { writeError, writeFileAtomic, writeWhole } from '../../../common/files.ts';
import { limits } from '../limits.ts';
import type { DownloadRequest } from './request.ts';
import { strongValidator, type Validators } from './validators.ts';

/** What `<path>.part.json` says of a part: which file it is the beginning of. */
interface PartState extends Validators {
  readonly url: string;
}

/** Where a transfer goes on. */
export interface Resumption {
  readonly from: number;
  /** What the server said when the part was begun. */
  readonly validators: Validators;
}

export const partFile = ({ path }: DownloadRequest) => `${path}.part`;
const stateFile = (request: DownloadRequest) => `${partFile(request)}.json`;

/** Bytes of the part; 0 where there is none. */
export function partSize(request: DownloadRequest): number {
  return statSync(partFile(request), { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * Where the transfer of a file can go on, or null where it must start anew. Without a checksum of
 * the whole file only a strong validator shows that the rest belongs to the part. The last byte is
 * always asked for, so that the server is heard about a part of full size.
 */
export function resumption(request: DownloadRequest): Resumption | null {
  const size = partSize(request);
  if (size === 0 || size > request.bytes) return null;
  const state = readState(request);
  if (state === null) return null;
  if (request.md5 === null && strongValidator(state) === null) return null;
  return { from: Math.min(size, request.bytes - 1), validators: state };
}

/**
 * Opens the part for the bytes from `from` on and records which file they are of. Closed by the
 * caller.
 */
export function openPart(
  request: DownloadRequest,
  from: number,
  validators: Validators,
): { write(chunk: Uint8Array): void; close(): void } {
  const path = partFile(request);
  const state: PartState = { url: request.url, ...validators };
  try {
    // The old part goes before its record is replaced: a crash in between leaves no part under a
    // wrong name.
    if (from === 0) rmSync(path, { force: true });
    else truncateSync(path, from);
    writeFileAtomic(stateFile(request), `${JSON.stringify(state)}\n`);
    const descriptor = openSync(path, 'a');
    return {
      write(chunk) {
        try {
          writeWhole(descriptor, chunk);
        } catch (cause) {
          throw writeError(path, cause);
        }
      },
      close() {
        try {
          fsyncSync(descriptor);
        } finally {
          closeSync(descriptor);
        }
      },
    };
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** @throws InfrastructureError `FILE_WRITE` */
export function discardPart(request: DownloadRequest): void {
  try {
    rmSync(partFile(request), { force: true });
    rmSync(stateFile(request), { force: true });
  } catch (cause) {
    throw writeError(partFile(request), cause);
  }
}

/** The part has become the file. */
export function forgetPart(request: DownloadRequest): void {
  rmSync(stateFile(request), { force: true });
}

/** Null where nothing is recorded, or something that is no record of this request. */
function readState(request: DownloadRequest): PartState | null {
  const path = stateFile(request);
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? limits.textFile) >= limits.textFile) {
    return null;
  }
  try {
    const { url, etag, lastModified, settled } = JSON.parse(readFileSync(path, 'utf8')) as Record<
      string,
      unknown
    >;
    if (url !== request.url) return null;
    return {
      url,
      etag: typeof etag === 'string' ? etag : null,
      lastModified: typeof lastModified === 'string' ? lastModified : null,
      settled: settled === true,
    };
  } catch {
    return null;
  }
}
