import { hashJson, type Json } from '../common/canonical.ts';
import type { Environment } from '../contract/journal-types.ts';
import type { TrialId, TrialSpec } from '../contract/spec.ts';
import { appendTo, type Columns, type RowAppender } from './appender.ts';
import type { Journal } from './journal-reader.ts';
import type { Store } from './store-types.ts';
import { tables } from './tables.ts';

/** The tables made from journals. All rows of a run are replaced when its journal has changed. */
const runTables = ['runs', 'epochs', 'metrics', 'checkpoints', 'events'] as const;

/** Takes journals one by one; nothing shows in the tables before `finish`. */
export interface JournalSink {
  add(journal: Journal): void;
  /** Replaces the rows of the runs that were added. */
  finish(): Promise<{
    readonly runs: number;
    readonly epochs: number;
    readonly metrics: number;
    readonly events: number;
  }>;
}

/**
 * Journals go into temporary tables first; then one DELETE and one INSERT per table replace the
 * runs. So the cost does not depend on how many runs changed, and re-reading a journal leaves the
 * same rows as reading it once.
 *
 * The tables with a row per epoch are staged with numbers in place of the names that repeat in
 * every row: passing a string to DuckDB is what costs most in a row.
 */
export async function journalSink(store: Store): Promise<JournalSink> {
  await createStaging(store);
  const trials = await trialSink(store);
  const environments = await environmentSink(store);
  const staged = {
    runs: await appendTo(store, 'staged_runs', stagedColumns.runs, 'temp'),
    epochs: await appendTo(store, 'staged_epochs', stagedColumns.epochs, 'temp'),
    series: await appendTo(store, 'staged_series', stagedColumns.series, 'temp'),
    metrics: await appendTo(store, 'staged_metrics', stagedColumns.metrics, 'temp'),
    checkpoints: await appendTo(store, 'staged_checkpoints', tables.checkpoints, 'temp'),
    events: await appendTo(store, 'staged_events', tables.events, 'temp'),
  };
  const series = new SeriesNumbers(staged.series);
  return {
    add(journal) {
      const number = staged.runs.count;
      trials.add(journal.header.trial, journal.header.spec);
      addRun(staged.runs, number, journal, environments.add(environmentOf(journal)));
      addEpochs(staged.epochs, number, journal);
      addMetrics(staged.metrics, number, series, journal);
      addCheckpoints(staged.checkpoints, journal);
      addEvents(staged.events, journal);
    },
    async finish() {
      for (const appender of [trials, environments, ...Object.values(staged)]) appender.close();
      for (const table of runTables) {
        await store.run(`DELETE FROM ${table} WHERE run IN (SELECT run FROM staged_runs)`);
        await store.run(`INSERT INTO ${table} BY NAME ${unstage[table]}`);
      }
      for (const [table, summary] of Object.entries(summaries)) {
        await store.run(`DELETE FROM ${table} WHERE run IN (SELECT run FROM staged_runs)`);
        await store.run(
          `INSERT INTO ${table} BY NAME SELECT * FROM ${summary}((SELECT list(run) FROM staged_runs))`,
        );
      }
      await dropStaging(store);
      return {
        runs: staged.runs.count,
        epochs: staged.epochs.count,
        metrics: staged.metrics.count,
        events: staged.events.count,
      };
    },
  };
}

const { run: _run, ...epochColumns } = tables.epochs;
const { task, name, split } = tables.metrics;

/** What stands in staged rows: a run and a series of metrics are numbers. */
const stagedColumns = {
  runs: { number: 'integer', ...tables.runs },
  epochs: { number: 'integer', ...epochColumns },
  metrics: { number: 'integer', epoch: 'integer', series: 'integer', value: 'double?' },
  series: { series: 'integer', task, name, split },
} as const satisfies Readonly<Record<string, Columns>>;

/** How the staged rows become those of the table. */
const unstage: Readonly<Record<(typeof runTables)[number], string>> = {
  runs: 'SELECT * EXCLUDE (number) FROM staged_runs',
  epochs:
    'SELECT r.run, e.* EXCLUDE (number) FROM staged_epochs e JOIN staged_runs r ON r.number = e.number',
  metrics: `SELECT r.run, m.epoch, s.task, s.name, s.split, m.value
              FROM staged_metrics m
              JOIN staged_runs r ON r.number = m.number
              JOIN staged_series s ON s.series = m.series`,
  checkpoints: 'SELECT * FROM staged_checkpoints',
  events: 'SELECT * FROM staged_events',
};

/** Rows computed from those above, by the macros of the schema. */
const summaries = { selections: 'best_and_last', run_costs: 'costs_of' } as const;

async function createStaging(store: Store): Promise<void> {
  const create = (name: string, query: string) =>
    store.run(`CREATE OR REPLACE TEMP TABLE ${name} AS ${query} LIMIT 0`);
  await create('staged_runs', 'SELECT 0 AS number, * FROM runs');
  await create('staged_epochs', 'SELECT 0 AS number, * EXCLUDE (run) FROM epochs');
  await create('staged_metrics', 'SELECT 0 AS number, epoch, 0 AS series, value FROM metrics');
  await create('staged_series', 'SELECT 0 AS series, task, name, split FROM metrics');
  await create('staged_checkpoints', 'SELECT * FROM checkpoints');
  await create('staged_events', 'SELECT * FROM events');
}

async function dropStaging(store: Store): Promise<void> {
  for (const table of [...runTables, 'series']) await store.run(`DROP TABLE staged_${table}`);
}

/** Numbers for (task, name, split). There are a handful of such triples. */
class SeriesNumbers {
  private readonly numbers = new Map<string, number>();
  private readonly into: RowAppender<typeof stagedColumns.series>;

  constructor(into: RowAppender<typeof stagedColumns.series>) {
    this.into = into;
  }

  of(task: string, name: string, split: string): number {
    const key = `${task}\n${name}\n${split}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    this.numbers.set(key, number);
    this.into.add({ series: number, task, name, split });
    return number;
  }
}

/** A trial's id is its content, so a known one is not written again. */
export async function trialSink(
  store: Store,
): Promise<{ add(id: TrialId, spec: TrialSpec): void; close(): void }> {
  const known = new Set(
    (await store.rows<{ trial: string }>('SELECT trial FROM trials')).map(({ trial }) => trial),
  );
  const appender = await appendTo(store, 'trials', tables.trials);
  return {
    add(id, spec) {
      if (known.has(id)) return;
      known.add(id);
      const { teacher } = spec;
      appender.add({
        trial: id,
        implementation: spec.implementation,
        task: spec.task,
        scale: spec.scale,
        role: spec.role,
        model: spec.model,
        method: spec.method,
        teacher_kind: teacher?.kind ?? null,
        teacher_model: teacher?.model ?? null,
        teacher_reference: teacherReference(teacher),
        recipe: spec.recipe.name,
        epochs: spec.recipe.epochs,
        dataset: spec.data.dataset,
        data_hash: spec.data.hash,
        seed: spec.seed,
        spec: JSON.stringify(spec),
      });
    },
    close: () => appender.close(),
  };
}

function teacherReference(teacher: TrialSpec['teacher']): string | null {
  if (teacher === null || teacher.kind === 'unrecorded') return null;
  return teacher.kind === 'trial' ? teacher.trial : teacher.sha256;
}

/** Environments are known by the hash of their content. */
async function environmentSink(
  store: Store,
): Promise<{ add(environment: Environment): string; close(): void }> {
  const known = new Set(
    (await store.rows<{ environment: string }>('SELECT environment FROM environments')).map(
      ({ environment }) => environment,
    ),
  );
  const appender = await appendTo(store, 'environments', tables.environments);
  return {
    add(environment) {
      const id = hashJson(environment as unknown as Json).slice(0, 16);
      if (known.has(id)) return id;
      known.add(id);
      const { hardware, threads, commit, ...same } = environment;
      const { memoryGiB, ...machine } = hardware;
      appender.add({
        environment: id,
        ...same,
        ...machine,
        memory_gib: memoryGiB,
        threads_intra: threads.intra,
        threads_inter: threads.inter,
        commit_hash: commit,
      });
      return id;
    },
    close: () => appender.close(),
  };
}

/**
 * The environment that a run is listed under. One that went on on another machine (a requeued job)
 * was measured on both, and is no point in the series of either: its processor's and GPU's names
 * say so.
 */
function environmentOf({ header, resumes }: Journal): Environment {
  const all = [header.environment, ...resumes.map(({ environment }) => environment)];
  const names = (part: (environment: Environment) => string | null) =>
    [...new Set(all.map(part))].map((name) => name ?? 'none');
  const [cpus, gpus] = [names((each) => each.hardware.cpu), names((each) => each.hardware.gpu)];
  const { environment } = header;
  if (cpus.length === 1 && gpus.length === 1) return environment;
  return {
    ...environment,
    hardware: {
      ...environment.hardware,
      cpu: cpus.join(', then '),
      gpu: gpus.length === 1 ? environment.hardware.gpu : gpus.join(', then '),
    },
  };
}

type Staged<Name extends keyof typeof stagedColumns> = RowAppender<(typeof stagedColumns)[Name]>;

function addRun(into: Staged<'runs'>, number: number, journal: Journal, environment: string): void {
  const { header, start, end, resumes } = journal;
  into.add({
    number,
    run: header.run,
    trial: header.trial,
    attempt: header.attempt,
    fingerprint: header.fingerprint,
    environment,
    state: end?.state ?? 'unfinished',
    reason:
      end?.reason ??
      'The journal has no end yet: the run is going on, or was killed and can be resumed.',
    weights: end?.weights ?? null,
    initial_weights: start?.initialWeights ?? null,
    parameters: start?.parameters ?? null,
    steps_per_epoch: start?.stepsPerEpoch ?? null,
    started_at: header.time,
    updated_at: journal.updatedAt,
    seconds: end?.seconds ?? null,
    resumes: resumes.length,
    lost_epochs: resumes.reduce((sum, { lostEpochs }) => sum + lostEpochs, 0),
  });
}

function addEpochs(into: Staged<'epochs'>, number: number, journal: Journal): void {
  for (const line of journal.epochs) {
    // In a cohort a step's time is of all students together: a trial's is its share.
    const { students = 1 } = line;
    into.add({
      number,
      epoch: line.epoch,
      step: line.step,
      lr: line.lr,
      total_loss: line.losses['total'] ?? null,
      losses: JSON.stringify(line.losses),
      loss_chain: line.lossChain,
      train_seconds: line.trainSeconds / students,
      eval_seconds: line.evalSeconds / students,
      ms_per_step: line.msPerStep / students,
      peak_memory_mib: line.peakMemoryMiB,
      // An epoch that was shared in part did not train alone.
      students: Math.ceil(students),
    });
  }
}

function addMetrics(
  into: Staged<'metrics'>,
  number: number,
  series: SeriesNumbers,
  journal: Journal,
): void {
  for (const { epoch, metrics } of journal.epochs) {
    for (const metric of metrics) {
      const { value } = metric;
      into.add({ number, epoch, series: series.of(metric.task, metric.name, metric.split), value });
    }
  }
}

function addCheckpoints(into: RowAppender<typeof tables.checkpoints>, journal: Journal): void {
  const { run } = journal.header;
  for (const { seq, epoch, step, file, sha256 } of journal.checkpoints) {
    into.add({ run, seq, epoch, step, file, sha256 });
  }
}

function addEvents(into: RowAppender<typeof tables.events>, journal: Journal): void {
  const { run } = journal.header;
  for (const { seq, time, kind, message, data } of journal.events) {
    const json = data === undefined ? null : JSON.stringify(data);
    into.add({ run, seq, time, kind, message, data: json });
  }
}
