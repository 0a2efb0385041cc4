import { InfrastructureError, RedistillError } from '../common/errors.ts';
import { writeError } from '../common/files.ts';

/**
 * What DuckDB writes into its messages for the failures of a disk, and the system's codes for them.
 */
const failures: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/i, 'ENOSPC'],
  [/quota exceeded/i, 'EDQUOT'],
  [/File too large/i, 'EFBIG'],
  [/Read-only file system/i, 'EROFS'],
  [/Permission denied/i, 'EACCES'],
  [/Input\/output error|Could not fsync|fsync failed/i, 'EIO'],
];

/**
 * Errors of the disk under the database as the sentence that all failed writes have; any other as
 * it is.
 */
export function explained(file: string, cause: unknown): unknown {
  if (cause instanceof RedistillError || !(cause instanceof Error)) return cause;
  const code = failures.find(([words]) => words.test(cause.message))?.[1];
  return code === undefined ? cause : writeError(file, Object.assign(cause, { code }));
}

/**
 * The sentence for a database that cannot be opened: who holds it, or what is wrong with the disk
 * or the file.
 */
export function openError(file: string, cause: unknown): InfrastructureError {
  const known = explained(file, cause);
  if (known instanceof InfrastructureError) return known;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/lock|Unique file handle conflict|already (open|attached)/i.test(message)) {
    const holder = /\(PID (\d+)\)/.exec(message)?.[1];
    const who = holder === undefined ? 'another connection' : `process ${holder}`;
    return new InfrastructureError('STORE_LOCKED', `The database ${file} is in use by ${who}.`, {
      hint: 'Only one process writes at a time: wait until it has finished, then run the same command again.',
      cause,
    });
  }
  return new InfrastructureError(
    'STORE_UNREADABLE',
    `The database ${file} cannot be opened: ${message.split('\n')[0]}`,
    {
      hint: 'The journals under runs/ are the source of truth: "redistill ingest --rebuild" makes it again.',
      cause,
    },
  );
}
