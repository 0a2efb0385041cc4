import { type Stats, statSync } from 'node:fs';
import { lookUp } from './look-up.ts';

/**
 * Looks at an input file before it is opened: opening a FIFO waits for a writer, and reading a
 * device may never end.
 *
 * @returns the file's facts, or what is wrong with it, as the rest of a sentence that begins with
 *   the path
 */
export function regularFile(path: string): Stats | string {
  let found: Stats;
  try {
    found = statSync(path);
  } catch (cause) {
    return `cannot be read (${lookUp(reasons, codeOf(cause)) ?? codeOf(cause)})`;
  }
  return found.isFile() ? found : `is ${kindOf(found)} and no file`;
}

/** What a path leads to, as a word with its article: `a folder`, `a FIFO`. */
export function kindOf(found: Pick<Stats, `is${Kind}`>): string {
  const kind = (Object.keys(kinds) as Kind[]).find((each) => found[`is${each}`]());
  return kind === undefined ? 'something unknown' : kinds[kind];
}

type Kind = 'Directory' | 'FIFO' | 'Socket' | 'CharacterDevice' | 'BlockDevice' | 'File';

const kinds: Readonly<Record<Kind, string>> = {
  File: 'a file',
  Directory: 'a folder',
  FIFO: 'a FIFO',
  Socket: 'a socket',
  CharacterDevice: 'a device',
  BlockDevice: 'a device',
};

const reasons: Readonly<Partial<Record<string, string>>> = {
  ELOOP: 'ELOOP: symbolic links lead in a circle',
  EACCES: 'EACCES: permission is denied',
};

const codeOf = (cause: unknown) => (cause as NodeJS.ErrnoException).code ?? 'unknown error';
