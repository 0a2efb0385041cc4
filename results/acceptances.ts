import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeError, writeWhole } from '../common/files.ts';
import { isTime } from '../common/iso-time.ts';
import { shown } from '../common/shown.ts';
import { recordProblem } from '../contract/record-problem.ts';
import type { TypeOf } from '../contract/schema/define.ts';
import type * as schema from '../contract/schema/records.ts';
import { appendTo } from './appender.ts';
import type { InputFinding } from './journal-reader.ts';
import type { Store } from './store-types.ts';
import { tables } from './tables.ts';
import { acceptancesFile, acceptancesName } from './workspace.ts';

/** A human's acceptance of a cell's changes up to a time. */
export type Acceptance = TypeOf<typeof schema.acceptance>;

/**
 * Appends an acceptance to `acceptances.jsonl`, synced before it returns. The file lies beside
 * `runs/`, so that it can be kept under version control and survives `make clean`.
 *
 * @throws InfrastructureError `FILE_WRITE`
 */
export function appendAcceptance(workspace: string, acceptance: Acceptance): void {
  const path = acceptancesFile(workspace);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const descriptor = openSync(path, 'a');
    try {
      writeWhole(descriptor, Buffer.from(`${JSON.stringify(acceptance)}\n`, 'utf8'));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/**
 * Reads the acceptances of a workspace. One bad line is a problem, and nothing of the file is
 * taken.
 */
export function readAcceptances(
  path: string,
): { readonly acceptances: readonly Acceptance[] } | { readonly problem: InputFinding } {
  const lines = readFileSync(path, 'utf8').split('\n');
  const acceptances: Acceptance[] = [];
  for (const [index, text] of lines.entries()) {
    if (text === '') continue;
    const problem = problemOf(text);
    if (problem !== null) {
      const message = `${acceptancesName}:${index + 1}: ${problem}`;
      return {
        problem: {
          code: 'ACCEPTANCES_UNREADABLE',
          file: acceptancesName,
          line: index + 1,
          message,
        },
      };
    }
    acceptances.push(JSON.parse(text) as Acceptance);
  }
  return { acceptances };
}

function problemOf(text: string): string | null {
  let value: { readonly schemaVersion?: unknown; readonly time?: unknown } | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return 'this line is not JSON.';
  }
  if (value === null || typeof value !== 'object') return 'this line is no acceptance.';
  if (value.schemaVersion !== 1) {
    return `schemaVersion is ${shown(value.schemaVersion)}; this Redistill reads 1.`;
  }
  return (
    recordProblem('acceptance', value, 'acceptance') ??
    (isTime(value.time) ? null : `time is ${shown(value.time)}, not an ISO 8601 time.`)
  );
}

/** Replaces what the database holds of them. */
export async function storeAcceptances(
  store: Store,
  acceptances: readonly Acceptance[],
): Promise<void> {
  await store.run('DELETE FROM acceptances');
  const appender = await appendTo(store, 'acceptances', tables.acceptances);
  acceptances.forEach(({ time, suite, scale, cell, author, reason }, position) => {
    appender.add({ position, time, suite, scale, cell, author, reason });
  });
  appender.close();
}
