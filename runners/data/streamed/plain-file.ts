import { join } from 'node:path';
import { regularFile } from '../../../common/regular-file.ts';
import { layoutError } from './layout-error.ts';

/**
 * The path of a file of a set that is read as a whole or in parts.
 *
 * @param name below the set's folder
 * @param most bytes that it may have
 * @throws DataError `DATA_LAYOUT` where it is no file, cannot be read or is larger
 */
export function plainFile(root: string, name: string, hint: string, most = Infinity): string {
  const path = join(root, name);
  const found = regularFile(path);
  if (typeof found === 'string') throw layoutError(root, `has a ${name} that ${found}`, hint);
  if (found.size > most) throw layoutError(root, `has a ${name} that is too large`, hint);
  return path;
}
