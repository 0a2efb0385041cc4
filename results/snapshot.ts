import { copyFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTemporaryFolder } from '../common/files.ts';

/** A copy of a database that another process is writing, as of one moment. */
export interface Snapshot {
  readonly file: string;
  remove(): void;
}

const quietMs = 50;
const tries = 40;

/**
 * Copies a database with its write-ahead log while neither changes: the image that a power failure
 * at this moment would leave, from which the database recovers everything that was committed.
 *
 * @param pause waits for longer than the steps in which a kernel counts the times of files
 * @returns null where its writer does not pause for as long
 */
export async function takeSnapshot(
  file: string,
  pause: () => Promise<unknown> = () => sleep(quietMs),
): Promise<Snapshot | null> {
  const folder = makeTemporaryFolder('redistill-snapshot-');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      // A write within the same tick of the clock as the one before leaves the time as it was: only
      // after a pause is an equal time an unchanged file.
      const before = stateOf(file);
      await pause();
      if (stateOf(file) !== before) continue;
      for (const name of partsOf(file)) copyPart(join(dirname(file), name), join(folder, name));
      if (stateOf(file) === before) return { file: join(folder, basename(file)), remove };
    }
  } catch (error) {
    remove();
    throw error;
  }
  remove();
  return null;
}

/** The file and its logs (`.wal`, and what DuckDB calls them during a checkpoint). */
function partsOf(file: string): readonly string[] {
  const name = basename(file);
  return readdirSync(dirname(file))
    .filter((each) => each === name || each.startsWith(`${name}.wal`))
    .sort();
}

function stateOf(file: string): string {
  return partsOf(file)
    .map((name) => {
      const found = statSync(join(dirname(file), name), { bigint: true, throwIfNoEntry: false });
      return `${name} ${found?.ino} ${found?.size} ${found?.mtimeNs}`;
    })
    .join('\n');
}

/**
 * A log that is gone between the look and the copy was removed by a checkpoint; the comparison of
 * states tells.
 */
function copyPart(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
