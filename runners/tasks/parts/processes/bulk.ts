import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, statfsSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfrastructureError } from '../../../../common/errors.ts';

type Values = Float32Array | Int32Array | Uint8Array;

/** Where files are memory. */
const memory = '/dev/shm';

/**
 * Where files by which processes of one machine hand each other arrays are made: in memory where
 * there is room for so many bytes, else in the system's temporary folder.
 */
export const bulkFolder = (bytes: number): string => (hasRoom(bytes) ? memory : tmpdir());

function hasRoom(bytes: number): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > bytes;
  } catch {
    return false;
  }
}

/**
 * A file of arrays, one after the other. Both sides know their shapes. It has no name: nothing is
 * left of it when all processes that have it open have ended, however they ended.
 */
export class BulkFile {
  readonly descriptor: number;

  /** @param descriptor of a file that this process has open */
  constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  /** A new file on the file system of this folder. */
  static makeIn(folder: string): BulkFile {
    const path = join(folder, `redistill-team-${process.pid}-${randomUUID()}`);
    const file = new BulkFile(openSync(path, 'wx+', 0o600));
    unlinkSync(path);
    return file;
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
