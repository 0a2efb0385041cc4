import { hashJson, type Json } from '../common/canonical.ts';
import type { Environment } from '../runners/trial/journal-types.ts';
import type { TrialId, TrialSpec } from '../runners/trial/spec.ts';
import { appendTo, type RowAppender } from './appender.ts';
import type { Journal } from './journal-reader.ts';
import type { Store } from './store.ts';

/** The tables that hold what journals say; every row of a run is replaced when its journal changed. */
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
 * Journals go into temporary tables first; then one DELETE and one INSERT per table replace the runs. So the cost does not
 * depend on how many runs changed, and re-reading a journal leaves the same rows as reading it once.
 */
export async function journalSink(store: Store): Promise<JournalSink> {
  for (const table of runTables) {
    await store.run(
      `CREATE OR REPLACE TEMP TABLE staged_${table} AS SELECT * FROM ${table} LIMIT 0`,
    );
  }
  const trials = await trialSink(store);
  const environments = await environmentSink(store);
  const tables: Record<(typeof runTables)[number], RowAppender> = {
    runs: await appendTo(store, 'staged_runs', runColumns, 'temp'),
    epochs: await appendTo(store, 'staged_epochs', epochColumns, 'temp'),
    metrics: await appendTo(store, 'staged_metrics', metricColumns, 'temp'),
    checkpoints: await appendTo(store, 'staged_checkpoints', checkpointColumns, 'temp'),
    events: await appendTo(store, 'staged_events', eventColumns, 'temp'),
  };
  return {
    add(journal) {
      trials.add(journal.header.trial, journal.header.spec);
      addRun(tables.runs, journal, environments.add(journal.header.environment));
      addEpochs(tables.epochs, tables.metrics, journal);
      addCheckpoints(tables.checkpoints, journal);
      addEvents(tables.events, journal);
    },
    async finish() {
      trials.close();
      environments.close();
      for (const table of runTables) {
        tables[table].close();
        await store.run(`DELETE FROM ${table} WHERE run IN (SELECT run FROM staged_runs)`);
        await store.run(`INSERT INTO ${table} SELECT * FROM staged_${table}`);
      }
      for (const table of runTables) await store.run(`DROP TABLE staged_${table}`);
      return {
        runs: tables.runs.count,
        epochs: tables.epochs.count,
        metrics: tables.metrics.count,
        events: tables.events.count,
      };
    },
  };
}

/** Trials are what they are called: one that is known already is not written again. */
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
        teacher === null ? null : teacher.kind === 'trial' ? teacher.trial : teacher.sha256,
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

/** Environments are known by the hash of what they are. */
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

function addRun(into: RowAppender, journal: Journal, environment: string): void {
  const { header, start, end, resumes } = journal;
  into.add(
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

function addEpochs(epochs: RowAppender, metrics: RowAppender, journal: Journal): void {
  const { run } = journal.header;
  for (const line of journal.epochs) {
    epochs.add(
      run,
      line.epoch,
      line.step,
      line.lr,
      line.losses['total'] ?? null,
      JSON.stringify(line.losses),
      line.lossChain,
      line.trainSeconds,
      line.evalSeconds,
      line.msPerStep,
      line.peakMemoryMiB,
    );
    for (const { task, name, split, value } of line.metrics) {
      metrics.add(run, line.epoch, task, name, split, value);
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
  'text', // run
  'integer', // epoch
  'bigint', // step
  'double', // lr
  'double', // total_loss
  'text', // losses
  'text', // loss_chain
  'double', // train_seconds
  'double', // eval_seconds
  'double', // ms_per_step
  'double', // peak_memory_mib
] as const;

const metricColumns = ['text', 'integer', 'text', 'text', 'text', 'double'] as const;
const checkpointColumns = ['text', 'integer', 'integer', 'bigint', 'text', 'text'] as const;
const eventColumns = ['text', 'integer', 'time', 'text', 'text', 'text'] as const;
