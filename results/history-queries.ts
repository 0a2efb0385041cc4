import { canonicalJson, type Json } from '../common/canonical.ts';
import type { EndState } from '../contract/journal-types.ts';
import type { Scale, TrialSpec } from '../contract/spec.ts';
import type { Store } from './store-types.ts';

/**
 * One run in the history of one cell: a row per cell, metric, execution and trial. Times are ISO
 * 8601 UTC.
 */
export interface HistoryRow {
  readonly suite: string;
  readonly scale: Scale;
  readonly cell: string;
  readonly metric: string;
  /** The suite's equivalence margin then, in the metric's unit. */
  readonly margin: number | null;
  /** The execution's name, or the day of runs that no execution lists. */
  readonly execution: string;
  readonly kind: 'run' | 'nightly' | 'journals';
  readonly executedAt: string;
  readonly fixedSeeds: readonly number[];
  readonly trial: string;
  readonly run: string | null;
  readonly state: EndState | 'unfinished' | 'failed gate' | 'blocked';
  readonly reason: string;
  readonly seed: number;
  readonly role: 'teacher' | 'student';
  readonly implementation: string;
  readonly dataHash: string;
  /**
   * The configuration without seed, data and implementation, as JSON. It is equal within one
   * series.
   */
  readonly configuration: string;
  /** The metric's last epoch on the held-out split; null unless the run completed with one. */
  readonly value: number | null;
  /** Median over the epochs; null where none was journalled. */
  readonly msPerStep: number | null;
  readonly machine: Machine | null;
  readonly fingerprint: string | null;
  readonly commit: string | null;
  /** Whether the checkout had changes that no commit holds. */
  readonly dirty: boolean;
}

/** The machine of a series of numbers. */
export interface Machine {
  readonly device: 'cpu' | 'gpu' | 'unrecorded';
  readonly cpu: string;
  readonly cores: number;
  readonly gpu: string | null;
  readonly threads: number;
  readonly tensorflow: string;
}

type FlatRow = Omit<HistoryRow, 'fixedSeeds' | 'machine' | 'configuration'> & {
  readonly fixedSeeds: string;
} & { readonly [Field in keyof Machine]: Machine[Field] | null };

/** The history of all cells: by suite, scale, cell and metric, then by time. */
export async function history(store: Store): Promise<HistoryRow[]> {
  const rows = await store.rows<FlatRow>(
    `WITH held_out AS (
       SELECT run, name, value FROM selections WHERE selection = 'last' AND split <> 'train'
       QUALIFY row_number() OVER (PARTITION BY run, name ORDER BY split <> 'test', split) = 1
     )
     SELECT c.suite, c.scale, c.cell, c.metric, c.margin, c.execution, c.kind,
            strftime(c.executed_at, '%Y-%m-%dT%H:%M:%SZ') AS "executedAt", c.fixed_seeds AS "fixedSeeds", c.trial, c.run,
            c.state, c.reason, t.seed::DOUBLE AS seed, t.role, t.implementation, t.data_hash AS "dataHash",
            CASE WHEN r.state = 'completed' THEN h.value END AS value, s.median_ms AS "msPerStep",
            e.device, e.cpu, e.cores, e.gpu, e.threads_intra AS threads, e.tensorflow, r.fingerprint, e.commit_hash AS "commit",
            coalesce(e.dirty, false) AS dirty
       FROM cell_runs c
       JOIN trials t ON t.trial = c.trial
       LEFT JOIN runs r ON r.run = c.run
       LEFT JOIN environments e ON e.environment = r.environment
       LEFT JOIN held_out h ON h.run = c.run AND h.name = c.metric
       LEFT JOIN run_costs s ON s.run = c.run
      ORDER BY c.suite, c.scale, c.cell, c.metric, c.executed_at, c.execution, t.seed, c.trial, c.run`,
  );
  const configurations = await configurationsOf(store);
  return rows.map(({ fixedSeeds, device, cpu, cores, gpu, threads, tensorflow, ...row }) => ({
    ...row,
    configuration: configurations(row.trial),
    fixedSeeds: JSON.parse(fixedSeeds) as number[],
    machine:
      device === null
        ? null
        : ({ device, cpu, cores, gpu, threads, tensorflow } as unknown as Machine),
  }));
}

/**
 * A trial's configuration without the seed, over which a series goes on, and without data and
 * implementation, which the name of a series has. A teacher that is a trial stands with its own
 * configuration: another seed of it is the same configuration, another rate is not.
 */
async function configurationsOf(store: Store): Promise<(trial: string) => string> {
  const specs = new Map(
    (await store.rows<{ trial: string; spec: string }>('SELECT trial, spec FROM trials')).map(
      ({ trial, spec }) => [trial, spec],
    ),
  );
  const known = new Map<string, string>();
  const configurationOf = (trial: string, depth: number): string => {
    const found = known.get(trial);
    if (found !== undefined) return found;
    const text = specs.get(trial);
    if (text === undefined || depth > 3) return trial;
    const {
      seed: _,
      implementation: __,
      data,
      teacher,
      ...rest
    } = JSON.parse(text) as Partial<TrialSpec>;
    const { hash: ___, ...set } = (data ?? {}) as Partial<TrialSpec['data']>;
    const taught =
      teacher?.kind === 'trial'
        ? { ...teacher, trial: JSON.parse(quoted(configurationOf(teacher.trial, depth + 1))) }
        : (teacher ?? null);
    const own = canonicalJson({ ...rest, data: set, teacher: taught } as unknown as Json);
    known.set(trial, own);
    return own;
  };
  return (trial) => configurationOf(trial, 0);
}

/** The JSON of a configuration; a name that is none becomes a text. */
function quoted(configuration: string): string {
  return configuration.startsWith('{') ? configuration : JSON.stringify(configuration);
}

/** Cells of the present plans; `notRun` says why one is planned without a training. */
export interface PlannedCellRow {
  readonly suite: string;
  readonly scale: Scale;
  readonly cell: string;
  readonly notRun: string | null;
}

export function plannedCells(store: Store): Promise<PlannedCellRow[]> {
  return store.rows(
    `SELECT suite, scale, cell, not_run AS "notRun" FROM cells ORDER BY suite, scale, position`,
  );
}

export interface ExecutionRow {
  readonly execution: string;
  readonly suite: string;
  readonly scale: Scale;
  readonly kind: 'run' | 'nightly';
  readonly executedAt: string;
  /** Runs that completed and belong to no earlier execution. */
  readonly measured: number;
}

/** Every execution in time's order. */
export function executions(store: Store): Promise<ExecutionRow[]> {
  return store.rows(
    `SELECT x.execution, x.suite, x.scale, x.kind, strftime(x.started_at, '%Y-%m-%dT%H:%M:%SZ') AS "executedAt",
            (SELECT count(*)::INTEGER FROM execution_runs l JOIN run_executions o
               ON o.run = l.run AND o.execution = x.execution
              WHERE l.execution = x.execution AND l.state = 'completed') AS measured
       FROM executions x ORDER BY x.started_at, x.execution`,
  );
}

export interface AcceptanceRow {
  readonly time: string;
  readonly suite: string;
  readonly scale: Scale;
  readonly cell: string;
  readonly author: string;
  readonly reason: string;
}

/** Human acceptances, in the order of their file. */
export function acceptances(store: Store): Promise<AcceptanceRow[]> {
  return store.rows(
    `SELECT strftime(time, '%Y-%m-%dT%H:%M:%SZ') AS time, suite, scale, cell, author, reason
       FROM acceptances ORDER BY position`,
  );
}

/** A run whose bits differ from those of the run before it, and should not. */
export interface BitDifference {
  readonly trial: string;
  readonly model: string;
  readonly method: string;
  readonly seed: number;
  /** The run before, and the one that left its path. */
  readonly reference: string;
  readonly run: string;
  readonly startedAt: string;
  /** The first epoch after which the chains of loss bits differ. */
  readonly epoch: number;
  /** Where each of the two was measured, as far as it may be the cause. */
  readonly before: BitConditions;
  readonly after: BitConditions;
}

export interface BitConditions {
  readonly commit: string | null;
  readonly dirty: boolean;
  readonly os: string;
  readonly node: string;
  readonly libvips: string;
}

/**
 * Where bit identity does not hold: runs of one trial, of equal numerics fingerprint (which holds
 * TensorFlow and threads), on the same kind of processor, whose chain of loss bits differs from
 * that of the run before. GPUs promise no bits, and other implementations write no chain.
 */
export async function bitDifferences(store: Store): Promise<BitDifference[]> {
  const rows = await store.rows<
    Omit<BitDifference, 'before' | 'after'> & Readonly<Record<`${'b' | 'a'}${string}`, unknown>>
  >(
    `WITH ours AS (
       SELECT r.run, r.trial, r.started_at, r.environment,
              lag(r.run) OVER same AS reference, lag(r.environment) OVER same AS earlier
         FROM runs r JOIN environments e ON e.environment = r.environment JOIN trials t ON t.trial = r.trial
        WHERE e.device = 'cpu' AND t.implementation = 'redistill'
          AND EXISTS (SELECT 1 FROM epochs p WHERE p.run = r.run)
       WINDOW same AS (PARTITION BY r.trial, r.fingerprint, e.cpu, e.cores ORDER BY r.started_at, r.attempt, r.run)
     )
     SELECT o.trial, t.model, t.method, t.seed::DOUBLE AS seed, o.reference, o.run,
            strftime(o.started_at, '%Y-%m-%dT%H:%M:%SZ') AS "startedAt", min(p.epoch)::INTEGER AS epoch,
            b.commit_hash AS "bCommit", b.dirty AS "bDirty", b.os AS "bOs", b.node AS "bNode", b.libvips AS "bLibvips",
            a.commit_hash AS "aCommit", a.dirty AS "aDirty", a.os AS "aOs", a.node AS "aNode", a.libvips AS "aLibvips"
       FROM ours o
       JOIN trials t ON t.trial = o.trial
       JOIN epochs p ON p.run = o.run
       JOIN epochs q ON q.run = o.reference AND q.epoch = p.epoch
       JOIN environments b ON b.environment = o.earlier
       JOIN environments a ON a.environment = o.environment
      WHERE p.loss_chain <> q.loss_chain AND p.loss_chain <> '' AND q.loss_chain <> ''
      GROUP BY o.trial, t.model, t.method, t.seed, o.reference, o.run, o.started_at, b.commit_hash, b.dirty,
            b.os, b.node, b.libvips, a.commit_hash, a.dirty, a.os, a.node, a.libvips
      ORDER BY o.started_at, o.trial, o.run`,
  );
  return rows.map((row) => {
    const { trial, model, method, seed, reference, run, startedAt, epoch } = row;
    const side = (letter: 'a' | 'b') =>
      ({
        commit: row[`${letter}Commit`],
        dirty: row[`${letter}Dirty`],
        os: row[`${letter}Os`],
        node: row[`${letter}Node`],
        libvips: row[`${letter}Libvips`],
      }) as BitConditions;
    const before = side('b');
    return {
      trial,
      model,
      method,
      seed,
      reference,
      run,
      startedAt,
      epoch,
      before,
      after: side('a'),
    };
  });
}
