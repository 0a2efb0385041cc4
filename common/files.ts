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
 * Writes a whole file so that a reader, or a later run after a crash, sees either the old content
 * or the new one: a temporary file beside it, fsync, rename, fsync of the folder.
 *
 * @throws InfrastructureError `FILE_WRITE` naming the path when the disk is full, read-only or
 *   fails to sync.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array): void {
  const temporary = join(dirname(path), unfinishedName(basename(path)));
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
  // Left by earlier writers of this file that were killed.
  removeLeftovers(dirname(path), basename(path));
}

/**
 * Makes a new folder in the system's temporary folder; the caller removes it. It also removes the
 * folders of this machine's processes that were killed.
 *
 * @throws InfrastructureError `TEMPORARY_FOLDER`
 */
export function makeTemporaryFolder(prefix: string): string {
  const folder = tmpdir();
  try {
    const made = mkdtempSync(join(folder, `${prefix}${hostname()}-${process.pid}-`));
    removeAbandoned(folder);
    return made;
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

/** Temporary folders of dead processes: `redistill-graph-<host>-<process>-<six letters>`. */
function removeAbandoned(folder: string): void {
  const host = `-${hostname()}-`;
  for (const name of namesIn(folder)) {
    const at = name.indexOf(host);
    if (at < 0 || !/^redistill-[a-z]+$/.test(name.slice(0, at))) continue;
    const pid = /^(\d+)-[^-]{6}$/.exec(name.slice(at + host.length))?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) removeQuietly(join(folder, name));
  }
}

/**
 * A writer's name for something unfinished: `.<name>.<host>.<process>.tmp`. `removeLeftovers` reads
 * the process from it.
 */
export function unfinishedName(name: string): string {
  return `.${name}.${hostname()}.${process.pid}.tmp`;
}

/**
 * Removes what killed writers left in a folder: files and folders whose `unfinishedName` is of a
 * dead process of this machine. Does nothing where the folder is missing.
 *
 * @param of only those of this name; by default all
 */
export function removeLeftovers(folder: string, of?: string): void {
  for (const name of leftoversIn(folder, of)) removeQuietly(join(folder, name));
}

/** The names of what killed writers left of `of`, or of everything. */
export function leftoversIn(folder: string, of?: string): readonly string[] {
  return namesIn(folder).filter((name) => {
    const pid = /^\..*\.(\d+)\.tmp$/s.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) return false;
    const end = `.${hostname()}.${pid}.tmp`;
    return of === undefined ? name.endsWith(end) : name === `.${of}${end}`;
  });
}

/** Does nothing where it belongs to another user, or another process has removed it meanwhile. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Nothing depends on it.
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
