import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashJson, type Json } from '../common/canonical.ts';
import { InfrastructureError } from '../common/errors.ts';
import { isRunning, removeLeftovers } from '../common/files.ts';
import { type Acceptance, readAcceptances, storeAcceptances } from './acceptances.ts';
import { appendTo } from './appender.ts';
import { readBench, storeBenches } from './benches.ts';
import { rehearsalStore, withoutCulprits } from './culprits.ts';
import { readEvaluation, storeEvaluations } from './evaluations.ts';
import { readExecution, storeExecutions } from './executions.ts';
import { type JournalSink, journalSink } from './ingest-journals.ts';
import { readPlan, storePlans } from './ingest-plans.ts';
import { type InputFinding, readJournal } from './journal-reader.ts';
import { allPlans, type Judge, judgeAgain, plansOfRuns } from './judgements.ts';
import { readContent } from './lines.ts';
import { readParity, storeParity } from './parity.ts';
import type { PublishedNumberRow } from './published.ts';
import type { RecordReading } from './record-file.ts';
import { openStore } from './store.ts';
import type { Store } from './store-types.ts';
import { tables } from './tables.ts';
import {
  databaseFile,
  documentFoldersOf,
  findAcceptances,
  findBenches,
  findEvaluations,
  findExecutions,
  findJournals,
  findParities,
  findPlans,
  type InputFile,
  type JournalFile,
} from './workspace.ts';

export interface IngestOptions {
  /** The folder that holds `runs/` and `results.duckdb`. */
  readonly workspace: string;
  /** Makes the database anew from the files. Anything else in it is lost. */
  readonly rebuild?: boolean;
  /** Seconds to wait for another process that writes the database; default 10. */
  readonly patience?: number;
  /** The published numbers; they stay as they are where not given. */
  readonly published?: readonly PublishedNumberRow[];
  /** Works out the verdicts; without it none are stored for what has changed. */
  readonly judge?: Judge | undefined;
}

export interface IngestSummary {
  readonly schemaVersion: 1;
  readonly database: string;
  readonly rebuilt: boolean;
  /** Files found, and those among them whose content was new. */
  readonly plans: { readonly found: number; readonly changed: number };
  readonly journals: { readonly found: number; readonly changed: number };
  readonly benches: { readonly found: number; readonly changed: number };
  /** Numbers of `published`, or 0 where they were not given or had not changed. */
  readonly published: number;
  /** Rows written. */
  readonly rows: {
    readonly runs: number;
    readonly epochs: number;
    readonly metrics: number;
    readonly events: number;
  };
  readonly notes: readonly InputFinding[];
  /** Files that gave nothing. Their earlier rows stay in the database. */
  readonly problems: readonly InputFinding[];
}

/**
 * Brings the database up to date with the plans and journals of a workspace, in one transaction.
 * Files whose content has not changed are skipped, so that calling it again changes nothing. It
 * never removes what it took from files that are gone; a rebuild does.
 *
 * @throws InfrastructureError `STORE_LOCKED`, `STORE_UNREADABLE`; RedistillError
 *   `STORE_SCHEMA_NEWER`.
 */
export async function ingest(options: IngestOptions): Promise<IngestSummary> {
  const file = databaseFile(options.workspace);
  if (options.rebuild) return rebuild(file, options);
  const store = await openPatiently(file, options.patience);
  try {
    removeRebuilds(file);
    for (const folder of documentFoldersOf(options.workspace)) removeLeftovers(folder);
    return await ingestInto(store, options, false);
  } finally {
    store.close();
  }
}

/**
 * Makes the database beside the old one and renames it over: whoever reads sees the old one or the
 * whole new one. The old one is held open meanwhile, so that nobody writes into what is about to
 * go.
 */
async function rebuild(file: string, options: IngestOptions): Promise<IngestSummary> {
  const held = await hold(file, options.patience);
  removeRebuilds(file);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    removeDatabase(temporary);
    const store = await openStore(temporary, 'write');
    let summary: IngestSummary;
    try {
      summary = await ingestInto(store, options, true);
      await store.run('CHECKPOINT');
    } finally {
      store.close();
    }
    held?.close();
    rmSync(`${file}.wal`, { force: true });
    renameSync(temporary, file);
    return { ...summary, database: file };
  } finally {
    held?.close();
    removeDatabase(temporary);
  }
}

/**
 * Takes the lock of the old database; one that is damaged, or of another schema, needs no lock to
 * be replaced.
 */
async function hold(
  file: string,
  patience: IngestOptions['patience'],
): Promise<{ close(): void } | null> {
  if (!existsSync(file)) return null;
  try {
    const store = await openPatiently(file, patience);
    let open = true;
    return {
      close() {
        if (open) store.close();
        open = false;
      },
    };
  } catch (cause) {
    if (cause instanceof InfrastructureError && cause.code === 'STORE_LOCKED') throw cause;
    return null;
  }
}

/** Milliseconds between two looks at a database that another process writes. */
const lookMs = 250;

/**
 * Opens the database for writing, once another command that is just storing its results has
 * finished.
 */
async function openPatiently(file: string, patience = 10): Promise<Store> {
  for (let left = patience * 1000; ; left -= lookMs) {
    try {
      return await openStore(file, 'write');
    } catch (cause) {
      const locked = cause instanceof InfrastructureError && cause.code === 'STORE_LOCKED';
      if (!locked || left <= 0) throw cause;
    }
    await sleep(lookMs);
  }
}

/** Removes the databases of rebuilds that were killed. */
function removeRebuilds(file: string): void {
  for (const name of readdirSync(dirname(file))) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const pid = /^\.(\d+)\.tmp(\.wal)?$/.exec(name.slice(basename(file).length))?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) {
      rmSync(join(dirname(file), name), { force: true });
    }
  }
}

function removeDatabase(file: string): void {
  rmSync(file, { force: true });
  rmSync(`${file}.wal`, { force: true });
}

/** The files of a workspace that ingest reads, of all kinds. */
type InputFiles = ReturnType<typeof inputFiles>;

function inputFiles(workspace: string) {
  const journals = findJournals(workspace);
  return {
    plans: findPlans(workspace),
    executions: findExecutions(workspace),
    parities: findParities(workspace),
    benches: findBenches(workspace),
    acceptances: findAcceptances(workspace),
    journals,
    evaluations: findEvaluations(journals),
  };
}

/**
 * Takes all files that it can. Any error of a file, foreseen by its reader or not, is that file's
 * problem: it is found by trying halves, left out, and named.
 */
async function ingestInto(
  store: Store,
  options: IngestOptions,
  rebuilt: boolean,
): Promise<IngestSummary> {
  const files = inputFiles(options.workspace);
  const take = (into: Store, names: ReadonlySet<string>) =>
    bringUpToDate(into, only(files, names), options, rebuilt);
  const names = Object.values(files).flatMap((list) => list.map(({ name }) => name));
  const { result, culprits } = await withoutCulprits(names, {
    attempt: (kept) => take(store, kept),
    rehearse: (kept) => take(rehearsalStore(store), kept),
  });
  const problems = culprits.map(({ name, cause }) => ({
    code: 'INPUT_UNREADABLE',
    file: name,
    line: null,
    message: `${name}: it cannot be taken into the database (${reasonOf(cause)}).`,
  }));
  return { ...result, problems: [...result.problems, ...problems] };
}

function only(files: InputFiles, names: ReadonlySet<string>): InputFiles {
  const kept = Object.entries(files).map(([kind, list]) => [
    kind,
    (list as readonly InputFile[]).filter(({ name }) => names.has(name)),
  ]);
  return Object.fromEntries(kept) as InputFiles;
}

const reasonOf = (cause: unknown) => String((cause as Error).message).split('\n', 1)[0];

async function bringUpToDate(
  store: Store,
  files: InputFiles,
  { published: publishedNumbers, judge }: IngestOptions,
  rebuilt: boolean,
): Promise<IngestSummary> {
  const known = await knownInputs(store);
  const plans = changedRecords(files.plans, known, 'plan', readPlan);
  const { journals } = files;
  const published = changedPublished(publishedNumbers, known);
  const executions = changedRecords(files.executions, known, 'execution', readExecution);
  const parities = changedRecords(files.parities, known, 'parity', readParity);
  const benches = changedRecords(files.benches, known, 'bench', readBench);
  const acceptances = changedAcceptances(files.acceptances, known);
  const findings = {
    notes: [] as InputFinding[],
    problems: [
      ...plans.problems,
      ...executions.problems,
      ...parities.problems,
      ...benches.problems,
      ...acceptances.problems,
    ],
  };
  const read = await store.transaction(async () => {
    if (plans.records.length > 0) await storePlans(store, plans.records);
    if (published !== null) await storePublished(store, published.numbers);
    await storeExecutions(store, executions.records);
    await storeParity(store, parities.records);
    await storeBenches(store, benches.records);
    if (acceptances.changed !== null) {
      await storeAcceptances(store, acceptances.changed.acceptances);
    }
    const taken = await storeJournals(store, journals, known, findings);
    const evaluated = await storeArtefacts(store, files.evaluations, known, findings);
    await remember(store, [
      ...plans.inputs,
      ...executions.inputs,
      ...parities.inputs,
      ...benches.inputs,
      ...taken.inputs,
      ...evaluated,
      ...(acceptances.changed === null ? [] : [acceptances.changed.input]),
      ...(published === null ? [] : [published.input]),
    ]);
    const touched =
      published === null
        ? [...plans.records, ...(await plansOfRuns(store, runsOf(taken.inputs)))]
        : await allPlans(store);
    findings.problems.push(...(await judgeAgain(store, judge, touched)));
    return taken;
  });
  return {
    schemaVersion: 1,
    database: store.file,
    rebuilt,
    plans: { found: plans.found, changed: plans.records.length },
    journals: { found: journals.length, changed: read.changed },
    benches: { found: benches.found, changed: benches.records.length },
    published: published?.numbers.length ?? 0,
    rows: read.rows,
    ...findings,
  };
}

const runsOf = (inputs: readonly Input[]) => inputs.flatMap(({ run }) => run ?? []);

/** A file as the table `inputs` knows it. */
interface Input {
  readonly path: string;
  readonly kind:
    | 'journal'
    | 'plan'
    | 'published'
    | 'execution'
    | 'parity'
    | 'bench'
    | 'evaluation'
    | 'acceptances';
  readonly bytes: number;
  readonly sha256: string;
  readonly run: string | null;
}

async function knownInputs(store: Store): Promise<ReadonlyMap<string, string>> {
  const rows = await store.rows<{ path: string; sha256: string }>(
    'SELECT path, sha256 FROM inputs',
  );
  return new Map(rows.map(({ path, sha256 }) => [path, sha256]));
}

async function remember(store: Store, inputs: readonly Input[]): Promise<void> {
  if (inputs.length === 0) return;
  // One statement for all: a statement per journal took longer than reading the journals.
  await store.run(
    `DELETE FROM inputs WHERE path IN (SELECT unnest(from_json($1, '["VARCHAR"]')))`,
    [JSON.stringify(inputs.map(({ path }) => path))],
  );
  const appender = await appendTo(store, 'inputs', tables.inputs);
  for (const input of inputs) appender.add(input);
  appender.close();
}

/** The records of one kind whose files changed since the last ingest. */
function changedRecords<T>(
  files: readonly InputFile[],
  known: ReadonlyMap<string, string>,
  kind: Input['kind'],
  read: (file: InputFile) => RecordReading<T>,
) {
  const records: T[] = [];
  const inputs: Input[] = [];
  const problems: InputFinding[] = [];
  for (const file of files) {
    const identity = identityOf(file.path);
    if (known.get(file.name) === identity.sha256) continue;
    const reading = read(file);
    if ('problem' in reading) problems.push(reading.problem);
    else {
      records.push(reading.record);
      inputs.push({ path: file.name, kind, ...identity, run: null });
    }
  }
  return { found: files.length, records, inputs, problems };
}

function changedAcceptances(
  [file]: readonly InputFile[],
  known: ReadonlyMap<string, string>,
): {
  readonly changed: { readonly acceptances: readonly Acceptance[]; readonly input: Input } | null;
  readonly problems: readonly InputFinding[];
} {
  if (file === undefined) return { changed: null, problems: [] };
  const { path, name } = file;
  const identity = identityOf(path);
  if (known.get(name) === identity.sha256) return { changed: null, problems: [] };
  const reading = readAcceptances(path);
  if ('problem' in reading) return { changed: null, problems: [reading.problem] };
  const input: Input = { path: name, kind: 'acceptances', ...identity, run: null };
  return { changed: { acceptances: reading.acceptances, input }, problems: [] };
}

/**
 * The content decides, not the time of the last change: clocks jump, and copies keep or lose their
 * times.
 */
function identityOf(path: string): { readonly bytes: number; readonly sha256: string } {
  const { bytes, sha256 } = readContent(path);
  return { bytes, sha256 };
}

function changedPublished(
  numbers: readonly PublishedNumberRow[] | undefined,
  known: ReadonlyMap<string, string>,
): { readonly numbers: readonly PublishedNumberRow[]; readonly input: Input } | null {
  if (numbers === undefined) return null;
  const sha256 = hashJson(numbers as unknown as Json);
  if (known.get(publishedName) === sha256) return null;
  return {
    numbers,
    input: { path: publishedName, kind: 'published', bytes: 0, sha256, run: null },
  };
}

const publishedName = 'reference/published';

async function storePublished(store: Store, numbers: readonly PublishedNumberRow[]): Promise<void> {
  await store.run('DELETE FROM published');
  const appender = await appendTo(store, 'published', tables.published);
  for (const number of numbers) {
    const { table, row, column, higherIsBetter, runsAveraged, ...same } = number;
    appender.add({
      ...same,
      table_id: table,
      row_name: row,
      column_id: column,
      higher_is_better: higherIsBetter,
      runs_averaged: runsAveraged,
    });
  }
  appender.close();
}

/** Reads every journal once, and takes those whose content is new. */
async function storeJournals(
  store: Store,
  files: readonly JournalFile[],
  known: ReadonlyMap<string, string>,
  findings: { readonly notes: InputFinding[]; readonly problems: InputFinding[] },
) {
  let sink: JournalSink | null = null;
  const inputs: Input[] = [];
  let changed = 0;
  for (const file of files) {
    const content = readContent(file.path);
    const { bytes, sha256 } = content;
    if (known.get(file.name) === sha256) continue;
    changed += 1;
    const { journal, notes, problem } = readJournal(content, file.name, file);
    findings.notes.push(...notes);
    if (problem !== null) {
      findings.problems.push(problem);
      continue;
    }
    if (journal !== null) {
      sink ??= await journalSink(store);
      sink.add(journal);
    }
    inputs.push({
      path: file.name,
      kind: 'journal',
      bytes,
      sha256,
      run: journal?.header.run ?? null,
    });
  }
  const rows = (await sink?.finish()) ?? { runs: 0, epochs: 0, metrics: 0, events: 0 };
  return { rows, inputs, changed };
}

/**
 * Takes the artefacts of these runs whose content is new, one by one: together they may not fit
 * into memory.
 */
async function storeArtefacts(
  store: Store,
  files: ReturnType<typeof findEvaluations>,
  known: ReadonlyMap<string, string>,
  findings: { readonly problems: InputFinding[] },
): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  for (const file of files) {
    const content = readContent(file.path);
    const { bytes, sha256 } = content;
    if (known.get(file.name) === sha256) continue;
    const lines: string[] = [];
    content.forEachLine((line) => lines.push(line));
    const reading = readEvaluation(file, lines.join('\n'));
    if ('problem' in reading) {
      findings.problems.push(reading.problem);
      continue;
    }
    await storeEvaluations(store, [{ run: file.run, artefact: reading.artefact }]);
    inputs.push({ path: file.name, kind: 'evaluation', bytes, sha256, run: file.run });
  }
  return inputs;
}
