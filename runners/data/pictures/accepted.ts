import { existsSync, readFileSync, statSync } from 'node:fs';
import { DataError } from '../../../common/errors.ts';
import { limits } from '../limits.ts';

/** Damaged pictures that somebody has looked at and wants as they are. */
export interface AcceptedPictures {
  /** The list, whether it is there or not. */
  readonly file: string;
  /** SHA-256 of each picture. */
  readonly sums: ReadonlySet<string>;
}

/**
 * The list of a set: `<folder or archive>.accepted` beside it, with lines as `sha256sum` writes
 * them (checksum, two spaces, a name for the reader) and comments after `#`.
 *
 * @throws DataError `DATA_ACCEPTED` for a line that is none
 */
export function acceptedPictures(set: string): AcceptedPictures {
  const file = `${set.replace(/[/\\]+$/, '')}.accepted`;
  if (!existsSync(file)) return { file, sums: new Set() };
  if (!statSync(file).isFile() || statSync(file).size > limits.textFile) {
    throw acceptedError(file, `must be a text file of at most ${limits.textFile} bytes`);
  }
  const sums = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .flatMap((line, index) => {
      const text = line.replace(/^\s*#.*/, '').trim();
      if (text === '') return [];
      const sum = /^\\?([0-9a-f]{64})(\s|$)/i.exec(text)?.[1];
      if (sum === undefined) {
        throw acceptedError(file, `has no SHA-256 in line ${index + 1}: ${text.slice(0, 80)}`);
      }
      return [sum.toLowerCase()];
    });
  return { file, sums: new Set(sums) };
}

function acceptedError(file: string, what: string): DataError {
  return new DataError('DATA_ACCEPTED', `The list of accepted pictures ${file} ${what}.`, {
    hint: 'It has a line per picture, as sha256sum writes them: the checksum, two spaces and a name.',
  });
}
