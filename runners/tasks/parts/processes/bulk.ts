import { closeSync, mkdtempSync, openSync, readSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfrastructureError } from '../../../../common/errors.ts';

type Values = Float32Array | Int32Array | Uint8Array;

/** Where files are memory. */
const memory = '/dev/shm';

/**
 * A new folder for files by which processes of one machine hand each other arrays: in memory where
 * there is room for so many bytes, else in the system's temporary folder.
 */
export function bulkFolder(bytes: number): string {
  return mkdtempSync(join(hasRoom(bytes) ? memory : tmpdir(), `redistill-team-${process.pid}-`));
}

function hasRoom(bytes: number): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > bytes;
  } catch {
    return false;
  }
}

/** A file of arrays, one after the other. Both sides know their shapes. */
export class BulkFile {
  private readonly descriptor: number;

  /** Makes it, or opens the one that the other side has made. */
  constructor(path: string, made: boolean) {
    this.descriptor = openSync(path, made ? 'r+' : 'wx+', 0o600);
  }

  write(arrays: readonly Values[]): void {
    let place = 0;
    for (const array of arrays) {
      const bytes = bytesOf(array);
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.descriptor, bytes, done, bytes.length - done, place + done);
      }
      place += bytes.length;
    }
  }

  /**
   * Fills arrays with what was written.
   *
   * @throws InfrastructureError `TEAM_FILE` where less was written
   */
  read<T extends Values>(arrays: readonly T[]): readonly T[] {
    let place = 0;
    for (const array of arrays) {
      const bytes = bytesOf(array);
      for (let done = 0; done < bytes.length; ) {
        const read = readSync(this.descriptor, bytes, done, bytes.length - done, place + done);
        if (read === 0) {
          throw new InfrastructureError(
            'TEAM_FILE',
            'A file by which the processes of a training hand each other arrays is too short.',
          );
        }
        done += read;
      }
      place += bytes.length;
    }
    return arrays;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Values) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The files stay open; without names nothing is left of them once all processes have ended. */
export const removeBulkFolder = (folder: string) =>
  rmSync(folder, { recursive: true, force: true });
