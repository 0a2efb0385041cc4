import type { EndState } from '../contract/journal-types.ts';
import type { Scale } from '../contract/spec.ts';
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
  /** The metric's last epoch on the held-out split; null unless the run completed with one. */
  readonly value: number | null;
  /** Median over the epochs; null where none was journalled. */
  readonly msPerStep: number | null;
  readonly machine: Machine | null;
  readonly fingerprint: string | null;
  readonly commit: string | null;
}

/** What a series of numbers was measured on. */
export interface Machine {
  readonly device: 'cpu' | 'gpu' | 'unrecorded';
  readonly cpu: string;
  readonly cores: number;
  readonly gpu: string | null;
  readonly threads: number;
  readonly tensorflow: string;
}

type FlatRow = Omit<HistoryRow, 'fixedSeeds' | 'machine'> & {
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
            e.device, e.cpu, e.cores, e.gpu, e.threads_intra AS threads, e.tensorflow, r.fingerprint, e.commit_hash AS "commit"
       FROM cell_runs c
       JOIN trials t ON t.trial = c.trial
       LEFT JOIN runs r ON r.run = c.run
       LEFT JOIN environments e ON e.environment = r.environment
       LEFT JOIN held_out h ON h.run = c.run AND h.name = c.metric
       LEFT JOIN run_costs s ON s.run = c.run
      ORDER BY c.suite, c.scale, c.cell, c.metric, c.executed_at, c.execution, t.seed, c.trial, c.run`,
  );
  return rows.map(({ fixedSeeds, device, cpu, cores, gpu, threads, tensorflow, ...row }) => ({
    ...row,
    fixedSeeds: JSON.parse(fixedSeeds) as number[],
    machine:
      device === null
        ? null
        : ({ device, cpu, cores, gpu, threads, tensorflow } as unknown as Machine),
  }));
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

/** What humans accepted, in the order of their file. */
export function acceptances(store: Store): Promise<AcceptanceRow[]> {
  return store.rows(
    `SELECT strftime(time, '%Y-%m-%dT%H:%M:%SZ') AS time, suite, scale, cell, author, reason
       FROM acceptances ORDER BY position`,
  );
}

/** Two runs of one trial that should have the same bits and have not. */
export interface BitDifference {
  readonly trial: string;
  readonly model: string;
  readonly method: string;
  readonly seed: number;
  /** The earlier run, which is taken for the truth, and the one that left its path. */
  readonly reference: string;
  readonly run: string;
  readonly startedAt: string;
  /** The first epoch after which the chains of loss bits differ. */
  readonly epoch: number;
}

/**
 * Where bit identity does not hold (decision 1): runs of one trial, of equal numerics
 * fingerprint (which holds TensorFlow and threads), on the same kind of processor, whose chain of
 * loss bits differs from that of the first of them. GPUs promise no bits, and other implementations
 * write no chain.
 */
export function bitDifferences(store: Store): Promise<BitDifference[]> {
  return store.rows(
    `WITH ours AS (
       SELECT r.run, r.trial, r.started_at,
              first_value(r.run) OVER (
                PARTITION BY r.trial, r.fingerprint, e.cpu, e.cores ORDER BY r.started_at, r.attempt, r.run
              ) AS reference
         FROM runs r JOIN environments e ON e.environment = r.environment JOIN trials t ON t.trial = r.trial
        WHERE e.device = 'cpu' AND t.implementation = 'redistill'
          AND EXISTS (SELECT 1 FROM epochs p WHERE p.run = r.run)
     )
     SELECT o.trial, t.model, t.method, t.seed::DOUBLE AS seed, o.reference, o.run,
            strftime(o.started_at, '%Y-%m-%dT%H:%M:%SZ') AS "startedAt", min(p.epoch)::INTEGER AS epoch
       FROM ours o
       JOIN trials t ON t.trial = o.trial
       JOIN epochs p ON p.run = o.run
       JOIN epochs q ON q.run = o.reference AND q.epoch = p.epoch
      WHERE o.run <> o.reference AND p.loss_chain <> q.loss_chain AND p.loss_chain <> '' AND q.loss_chain <> ''
      GROUP BY o.trial, t.model, t.method, t.seed, o.reference, o.run, o.started_at
      ORDER BY o.started_at, o.trial, o.run`,
  );
}
