import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeError } from './files.ts';

/** The folder itself, or the nearest one above it that is there. */
export function nearestThere(folder: string): string {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}

/**
 * Asks whether a folder can be written, or made where it is not there yet: for commands that write
 * at the end of minutes. Permissions alone do not tell; so something is made in it and removed.
 *
 * @throws InfrastructureError `FILE_WRITE`
 */
export function checkWritable(folder: string): void {
  try {
    rmdirSync(mkdtempSync(join(nearestThere(folder), '.redistill-')));
  } catch (cause) {
    throw writeError(folder, cause);
  }
}
