import { existsSync } from 'node:fs';
import { readJournal } from '../contract/journal.ts';
import type { JournalLine } from '../contract/journal-types.ts';
import { openStore } from './store.ts';
import { databaseFile, findJournals } from './workspace.ts';

/** An imported training whose journal the database does not hold yet. */
export interface WaitingRun {
  readonly run: string;
  readonly method: string;
  readonly teacher: string | null;
  readonly student: string;
  readonly dataset: string;
  readonly epochs: number;
  /**
   * Accuracy on the test set of its best and its last epoch, in percent; null where the journal has
   * none.
   */
  readonly best: number | null;
  readonly last: number | null;
  /** Where it departs from its protocol. */
  readonly deviations: readonly string[];
}

/**
 * The journals of imported logs that wait for an ingest, by path. Journals that cannot be read are
 * left to the ingest, which says why.
 *
 * @throws InfrastructureError `STORE_LOCKED`, `STORE_UNREADABLE`; RedistillError
 *   `STORE_SCHEMA_NEWER`, `STORE_SCHEMA_OLDER`.
 */
export async function waitingRuns(workspace: string): Promise<readonly WaitingRun[]> {
  const known = await knownRuns(databaseFile(workspace));
  return findJournals(workspace)
    .filter(({ run }) => !known.has(run))
    .flatMap(({ path }) => waitingRun(path) ?? []);
}

async function knownRuns(database: string): Promise<ReadonlySet<string>> {
  if (!existsSync(database)) return new Set();
  const store = await openStore(database, 'read');
  try {
    const rows = await store.rows<{ run: string }>('SELECT run FROM runs');
    return new Set(rows.map(({ run }) => run));
  } finally {
    store.close();
  }
}

/**
 * Null for a run of another kind, and for a journal that is none: ingest says what is wrong with
 * it.
 */
function waitingRun(path: string): WaitingRun | null {
  try {
    return importedRun(readJournal(path).lines);
  } catch {
    return null;
  }
}

function importedRun(lines: readonly JournalLine[]): WaitingRun | null {
  const header = lines.find((line) => line.type === 'header');
  if (header?.type !== 'header' || header.spec.implementation !== 'official') return null;
  const { spec, run } = header;
  // Of several lines for an epoch the last holds.
  const epochs = new Map<number, number>();
  for (const line of lines) {
    if (line.type !== 'epoch') continue;
    const top1 = line.metrics.find(({ name, split }) => name === 'top1' && split === 'test');
    if (top1 !== undefined) epochs.set(line.epoch, top1.value);
  }
  const values = [...epochs].sort(([one], [other]) => one - other).map(([, value]) => value);
  return {
    run,
    method: spec.method,
    teacher: spec.teacher?.model ?? null,
    student: spec.model,
    dataset: spec.data.dataset,
    epochs: Math.max(0, ...epochs.keys()),
    best: values.length === 0 ? null : Math.max(...values),
    last: values.at(-1) ?? null,
    deviations: lines.flatMap((line) =>
      line.type === 'event' && line.kind === 'deviation' ? [line.message] : [],
    ),
  };
}
