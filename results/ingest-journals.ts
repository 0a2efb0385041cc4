import { hashJson, type Json } from '../common/canonical.ts';
import type { Environment } from '../contract/journal-types.ts';
import type { TrialId, TrialSpec } from '../contract/spec.ts';
import { appendTo, type RowAppender } from './appender.ts';
import type { Journal } from './journal-reader.ts';
import type { Store } from './store-types.ts';

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
    runs: await appendTo(store, 'staged_runs', ['integer', ...runColumns], 'temp'),
    epochs: await appendTo(store, 'staged_epochs', ['integer', ...epochColumns], 'temp'),
    series: await appendTo(store, 'staged_series', ['integer', 'text', 'text', 'text'], 'temp'),
    metrics: await appendTo(
      store,
      'staged_metrics',
      ['integer', 'integer', 'integer', 'double'],
      'temp',
    ),
    checkpoints: await appendTo(store, 'staged_checkpoints', checkpointColumns, 'temp'),
    events: await appendTo(store, 'staged_events', eventColumns, 'temp'),
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
        await store.run(`INSERT INTO ${table} ${unstage[table]}`);
      }
      for (const [table, summary] of Object.entries(summaries)) {
        await store.run(`DELETE FROM ${table} WHERE run IN (SELECT run FROM staged_runs)`);
        await store.run(
          `INSERT INTO ${table} SELECT * FROM ${summary}((SELECT list(run) FROM staged_runs))`,
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
  private readonly into: RowAppender;

  constructor(into: RowAppender) {
    this.into = into;
  }

  of(task: string, name: string, split: string): number {
    const key = `${task}\n${name}\n${split}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    this.numbers.set(key, number);
    this.into.add(number, task, name, split);
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
  const appender = await appendTo(store, 'trials', trialColumns);
  return {
    add(id, spec) {
      if (known.has(id)) return;
      known.add(id);
      const { teacher } = spec;
      appender.add(
        id,
        spec.implementation,
        spec.task,
        spec.scale,
        spec.role,
        spec.model,
        spec.method,
        teacher?.kind ?? null,
        teacher?.model ?? null,
        teacherReference(teacher),
        spec.recipe.name,
        spec.recipe.epochs,
        spec.data.dataset,
        spec.data.hash,
        spec.seed,
        JSON.stringify(spec),
      );
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
  const appender = await appendTo(store, 'environments', environmentColumns);
  return {
    add(environment) {
      const id = hashJson(environment as unknown as Json).slice(0, 16);
      if (known.has(id)) return id;
      known.add(id);
      const { hardware, threads } = environment;
      appender.add(
        id,
        hardware.cpu,
        hardware.cores,
        hardware.memoryGiB,
        hardware.gpu,
        environment.os,
        environment.node,
        environment.tensorflow,
        environment.device,
        threads.intra,
        threads.inter,
        environment.libvips,
        environment.commit,
        environment.dirty,
      );
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

function addRun(into: RowAppender, number: number, journal: Journal, environment: string): void {
  const { header, start, end, resumes } = journal;
  into.add(
    number,
    header.run,
    header.trial,
    header.attempt,
    header.fingerprint,
    environment,
    end?.state ?? 'unfinished',
    end?.reason ??
      'The journal has no end yet: the run is going on, or was killed and can be resumed.',
    end?.weights ?? null,
    start?.initialWeights ?? null,
    start?.parameters ?? null,
    start?.stepsPerEpoch ?? null,
    header.time,
    journal.updatedAt,
    end?.seconds ?? null,
    resumes.length,
    resumes.reduce((sum, { lostEpochs }) => sum + lostEpochs, 0),
  );
}

function addEpochs(into: RowAppender, number: number, journal: Journal): void {
  for (const line of journal.epochs) {
    // In a cohort a step's time is of all students together: a trial's is its share.
    const { students = 1 } = line;
    into.add(
      number,
      line.epoch,
      line.step,
      line.lr,
      line.losses['total'] ?? null,
      JSON.stringify(line.losses),
      line.lossChain,
      line.trainSeconds / students,
      line.evalSeconds / students,
      line.msPerStep / students,
      line.peakMemoryMiB,
      // An epoch that was shared in part did not train alone.
      Math.ceil(students),
    );
  }
}

function addMetrics(
  into: RowAppender,
  number: number,
  series: SeriesNumbers,
  journal: Journal,
): void {
  for (const { epoch, metrics } of journal.epochs) {
    for (const { task, name, split, value } of metrics) {
      into.add(number, epoch, series.of(task, name, split), value);
    }
  }
}

function addCheckpoints(into: RowAppender, journal: Journal): void {
  for (const { seq, epoch, step, file, sha256 } of journal.checkpoints) {
    into.add(journal.header.run, seq, epoch, step, file, sha256);
  }
}

function addEvents(into: RowAppender, journal: Journal): void {
  for (const { seq, time, kind, message, data } of journal.events) {
    const json = data === undefined ? null : JSON.stringify(data);
    into.add(journal.header.run, seq, time, kind, message, json);
  }
}

const trialColumns = [
  'text', // trial
  'text', // implementation
  'text', // task
  'text', // scale
  'text', // role
  'text', // model
  'text', // method
  'text', // teacher_kind
  'text', // teacher_model
  'text', // teacher_reference
  'text', // recipe
  'integer', // epochs
  'text', // dataset
  'text', // data_hash
  'bigint', // seed
  'text', // spec
] as const;

const environmentColumns = [
  'text', // environment
  'text', // cpu
  'integer', // cores
  'double', // memory_gib
  'text', // gpu
  'text', // os
  'text', // node
  'text', // tensorflow
  'text', // device
  'integer', // threads_intra
  'integer', // threads_inter
  'text', // libvips
  'text', // commit_hash
  'flag', // dirty
] as const;

const runColumns = [
  'text', // run
  'text', // trial
  'integer', // attempt
  'text', // fingerprint
  'text', // environment
  'text', // state
  'text', // reason
  'text', // weights
  'text', // initial_weights
  'bigint', // parameters
  'integer', // steps_per_epoch
  'time', // started_at
  'time', // updated_at
  'double', // seconds
  'integer', // resumes
  'integer', // lost_epochs
] as const;

const epochColumns = [
  'integer', // epoch
  'bigint', // step
  'double', // lr
  'double', // total_loss
  'text', // losses
  'text', // loss_chain
  'double', // train_seconds
  'double', // eval_seconds
  'double', // ms_per_step
  'double', // peak_memory_mib,
  'integer',
] as const;

const checkpointColumns = ['text', 'integer', 'integer', 'bigint', 'text', 'text'] as const;
const eventColumns = ['text', 'integer', 'time', 'text', 'text', 'text'] as const;
