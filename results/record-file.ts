import { readFileSync } from 'node:fs';
import { isTime } from '../common/iso-time.ts';
import { shown } from '../common/printable.ts';
import type { InputFinding } from './journal-reader.ts';
import type { InputFile } from './workspace.ts';

/** The record of a file of a workspace, or why it has none that can be used. */
export type RecordReading<T> = { readonly record: T } | { readonly problem: InputFinding };

/**
 * Reads a file of JSON that a command left in a workspace, schema version 1.
 *
 * @param options.code of the finding
 * @param options.kind what the file should be, for messages: `no result of bench`, `not a plan`
 * @param options.wrong what is wrong with the record's fields or with the name of its file, as a
 *   sentence; null for nothing
 */
export function readRecord<T extends { readonly schemaVersion: 1 }>(
  file: InputFile,
  options: {
    readonly code: string;
    readonly kind: string;
    wrong(value: Partial<T>): string | null;
  },
): RecordReading<T> {
  const problem = (message: string) => ({
    problem: {
      code: options.code,
      file: file.name,
      line: null,
      message: `${file.name}: ${message}`,
    },
  });
  let value: Partial<T> | null;
  try {
    value = JSON.parse(readFileSync(file.path, 'utf8')) as Partial<T> | null;
  } catch (cause) {
    return problem(`this is not JSON: ${(cause as Error).message}.`);
  }
  if (value === null || typeof value !== 'object') return problem(`this is ${options.kind}.`);
  if (value.schemaVersion !== 1) {
    return problem(`schemaVersion is ${shown(value.schemaVersion)}; this Redistill reads 1.`);
  }
  const wrong = options.wrong(value);
  return wrong === null ? { record: value as T } : problem(wrong);
}

/** The sentence for a start that is no time; null where it is one. */
export function wrongStart({ startedAt }: { readonly startedAt?: unknown }): string | null {
  return isTime(startedAt) ? null : `startedAt is ${shown(startedAt)}, not an ISO 8601 time.`;
}

/** The sentence for a file under another name than `name`; null where it is that. */
export function misnamed(file: InputFile, name: string, holds: string): string | null {
  return file.name === name ? null : `it holds ${holds}; the name of the file must say the same.`;
}
