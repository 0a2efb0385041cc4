import type { Scale } from '../contract/spec.ts';

/** What `redistill run` must be told to measure a cell as it was measured. */
export interface Repetition {
  /** Its name, or its path as whoever asked for it typed it. */
  readonly suite: string;
  readonly scale: Scale;
  readonly seeds: readonly number[];
  /** The row of the table. */
  readonly row: string;
  /** Threads within an operation, where all runs had the same. */
  readonly threads: number | null;
  readonly device: 'cpu' | 'gpu' | null;
  /** Further options, as they were typed. */
  readonly options: readonly string[];
}

/** The command that measures a cell again; a name that a shell would take apart is quoted. */
export function repeatCommand(repetition: Repetition): string {
  const { suite, scale, seeds, row, threads, device, options } = repetition;
  const parts = ['npx', '--no-install', 'redistill', 'run', suite, '--scale', scale, ...options];
  // A comma separates names in the option's list; a row that has one can only be repeated with the
  // whole table.
  if (!row.includes(',')) parts.push('--only', row);
  if (seeds.length > 0) parts.push('--seeds', seeds.join(','));
  if (threads !== null) parts.push('--threads', String(threads));
  if (device === 'gpu') parts.push('--device', 'gpu');
  return parts.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
