import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InfrastructureError } from './errors.ts';
import { lookUp } from './look-up.ts';

/**
 * Writes a whole file so that a reader, or a later run after a crash, sees either the old content or the new one:
 * a temporary file beside it, fsync, rename, fsync of the folder.
 *
 * @throws InfrastructureError `FILE_WRITE` naming the path when the disk is full, read-only or fails to sync.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const descriptor = openSync(temporary, 'w');
    try {
      writeWhole(descriptor, typeof data === 'string' ? Buffer.from(data, 'utf8') : data);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (cause) {
    if (existsSync(temporary)) rmSync(temporary, { force: true });
    throw writeError(path, cause);
  }
}

/** Writes every byte: a single `write` may stop early on a nearly full disk. */
export function writeWhole(descriptor: number, data: Uint8Array): void {
  for (let offset = 0; offset < data.byteLength; ) {
    offset += writeSync(descriptor, data, offset, data.byteLength - offset);
  }
}

/** Makes a rename or a new file in `folder` durable. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The one sentence for a failed write, whatever the system called the failure. */
export function writeError(path: string, cause: unknown): InfrastructureError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  const reasons: Record<string, string> = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'the file would be larger than this process may write (ulimit -f)',
    EROFS: 'the file system is read-only',
    EACCES: 'permission is denied',
    EPERM: 'the operation is not permitted',
    EISDIR: 'a folder has that name',
    ERR_FS_EISDIR: 'a folder has that name',
    ENOTDIR: 'a file stands where a folder should be',
    EIO: 'the device reported an input/output error',
  };
  return new InfrastructureError(
    'FILE_WRITE',
    `Cannot write ${path}: ${lookUp(reasons, code) ?? code}.`,
    {
      hint: 'Free space or choose another folder, then run the same command again: it resumes.',
      cause,
    },
  );
}
