import { InfrastructureError, type RedistillError } from './errors.ts';
import { lookUp } from './look-up.ts';

/** The meaning of the system's codes, and what to do. */
const words: Readonly<Record<string, readonly [string, string]>> = {
  EMFILE: ['too many files are open', 'Raise the limit of open files: ulimit -n 1024.'],
  ENFILE: ['too many files are open on this machine', 'End other programs, then try again.'],
  EACCES: ['permission is denied', 'Mend the permissions, or run as who may read and write there.'],
  EPERM: ['the operation is not permitted', 'Mend the permissions, or run as who may do it.'],
  ENOENT: ['there is no such file or folder', 'Check the path; was it removed meanwhile?'],
  ENOTDIR: ['a part of the path is no folder', 'Check the path.'],
  EISDIR: ['it is a folder', 'Name a file.'],
  ELOOP: ['symbolic links lead in a circle', 'Mend the links.'],
  ENAMETOOLONG: ['the name is too long', 'Choose a shorter path.'],
  ENOSPC: ['the disk is full', 'Free some space, then run the same command again.'],
  EROFS: ['the file system is read-only', 'Choose another folder.'],
  EIO: ['the device reported an input/output error', 'Look into the log of the system.'],
  ENOMEM: ['there is no memory left', 'End other programs, or use a machine with more memory.'],
  EAGAIN: ['the system has no process or memory to spare', 'Try again when it is less busy.'],
};

/**
 * V8's words for a value that is too large, and for one that is nested more deeply than its stack.
 */
const tooMuch: readonly (readonly [RegExp, string])[] = [
  [/Maximum call stack size exceeded/, 'it is nested too deeply'],
  [
    /allocation failed|Invalid (typed )?array (buffer )?length/i,
    'it needs more memory than there is',
  ],
  [/Invalid string length|Cannot create a string longer/, 'its text is longer than can be held'],
];

/**
 * A refusal of the system or the language as an error with a code; null for anything else, which is
 * a defect.
 */
export function systemError(error: unknown): RedistillError | null {
  if (!(error instanceof Error)) return null;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : lookUp(words, code);
  if (known !== undefined && syscall !== undefined) {
    const [reason, hint] = known;
    const what = path === undefined ? syscall : `${syscall} of ${path}`;
    return new InfrastructureError('SYSTEM', `The system refused ${what}: ${reason} (${code}).`, {
      hint,
      cause: error,
    });
  }
  const found = error instanceof RangeError || code === 'ERR_STRING_TOO_LONG';
  const limit = found ? tooMuch.find(([pattern]) => pattern.test(error.message)) : undefined;
  if (limit === undefined) return null;
  return new InfrastructureError('INPUT_SIZE', `An input cannot be worked on: ${limit[1]}.`, {
    hint: 'Look for the file that is much larger, or nested more deeply, than the others.',
    cause: error,
  });
}
