import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
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
  const temporary = join(dirname(path), `.${basename(path)}.${hostname()}.${process.pid}.tmp`);
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

/**
 * Makes a folder of its own in the system's temporary folder; the caller removes it.
 *
 * @throws InfrastructureError `TEMPORARY_FOLDER`
 */
export function makeTemporaryFolder(prefix: string): string {
  const folder = tmpdir();
  try {
    return mkdtempSync(join(folder, prefix));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new InfrastructureError(
      'TEMPORARY_FOLDER',
      `No folder can be made in the temporary folder ${folder}: ${code}.`,
      {
        hint: 'Make that folder, or set TMPDIR to one that exists and can be written.',
        permanent: code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EMFILE',
        cause,
      },
    );
  }
}

/**
 * Removes what writers of `writeFileAtomic` left in a folder when they were killed: a temporary file of a process of this
 * machine that lives no more. A folder that is not there has none.
 */
export function removeLeftovers(folder: string): void {
  for (const name of namesIn(folder)) {
    const pid = /^\..*\.(\d+)\.tmp$/s.exec(name)?.[1];
    if (pid === undefined || !name.endsWith(`.${hostname()}.${pid}.tmp`)) continue;
    if (!isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

/** Whether a process of this number lives on this machine. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
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
