import { DataError } from '../../../common/errors.ts';

/** @param what is wrong with the set's folder, as a predicate */
export function layoutError(root: string, what: string, hint: string): DataError {
  return new DataError('DATA_LAYOUT', `The data set ${root} ${what}.`, { hint });
}
