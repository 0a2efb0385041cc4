import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../../common/files.ts';
import { numericsFile } from '../../../contract/paths.ts';
import { type NumericsRecord, numericsChanges } from './record.ts';

/**
 * Keeps what a fingerprint was computed from beside the runs that will have it. @throws
 * InfrastructureError `FILE_WRITE`
 */
export function storeRecord(workspace: string, record: NumericsRecord): void {
  const file = numericsFile(workspace, record.fingerprint);
  if (!existsSync(file)) writeFileAtomic(file, `${JSON.stringify(record)}\n`);
}

/**
 * The changes between the numerics of an earlier run and the present ones, in words; never empty.
 */
export function changesSince(
  workspace: string,
  fingerprint: string | undefined,
  now: NumericsRecord,
): readonly string[] {
  const before = fingerprint === undefined ? undefined : readRecord(workspace, fingerprint);
  return before === undefined ? [unknownFile] : numericsChanges(before, now);
}

/** Runs from before records were kept, and copies of runs without them. */
export const unknownFile = 'an unknown file: no record of its numerics is kept';

/** Undefined where there is none, or none of that name that can be read. */
function readRecord(workspace: string, fingerprint: string): NumericsRecord | undefined {
  try {
    const text = readFileSync(numericsFile(workspace, fingerprint), 'utf8');
    const record = JSON.parse(text) as NumericsRecord;
    const complete =
      record.schemaVersion === 1 &&
      record.fingerprint === fingerprint &&
      [record.conditions, record.files, record.packages].every((part) => part instanceof Object);
    return complete ? record : undefined;
  } catch {
    return undefined;
  }
}
