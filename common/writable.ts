import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeError } from './files.ts';

/**
 * Asks whether a folder can be written, or made where it is not there yet: for commands that write
 * at the end of minutes. Permissions alone do not tell; so something is made in it and removed.
 *
 * @throws InfrastructureError `FILE_WRITE`
 */
export function checkWritable(folder: string): void {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    rmdirSync(mkdtempSync(join(place, '.redistill-')));
  } catch (cause) {
    throw writeError(folder, cause);
  }
}
