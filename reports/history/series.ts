import type { Scale } from '../../contract/spec.ts';
import { sample } from '../../reference/verdict/sample.ts';
import type { HistoryRow, Machine } from '../../results/history-queries.ts';

/**
 * What keeps series apart: numbers of another machine, other data or another implementation are no
 * history of these.
 */
export interface SeriesKey {
  readonly suite: string;
  readonly scale: Scale;
  readonly cell: string;
  readonly metric: string;
  readonly implementation: string;
  readonly dataHash: string;
  /** What was asked for beside seed and data: another learning rate is another series. */
  readonly configuration: string;
  /** In words; `machineName`. */
  readonly machine: string;
}

/** What one execution measured of a cell. */
export interface SeriesPoint {
  readonly execution: string;
  /** ISO 8601 UTC. */
  readonly time: string;
  readonly kind: HistoryRow['kind'];
  readonly value: number;
  /** Seeds behind the value. */
  readonly seeds: readonly number[];
  /** Of the seeds; null for one. */
  readonly sd: number | null;
  readonly commits: readonly string[];
  readonly fingerprints: readonly string[];
  /** Whether a checkout had changes that no commit holds. */
  readonly dirty: boolean;
}

export interface Series {
  readonly key: SeriesKey;
  /** The suite's newest equivalence margin, in the metric's unit. */
  readonly margin: number | null;
  /** By time. */
  readonly points: readonly SeriesPoint[];
}

/**
 * The metric of every cell over the executions, on its last epoch: the choice of the best epoch
 * would add noise of its own. Where an execution has rotating seeds they alone are averaged: fixed
 * seeds give the same bits night after night.
 */
export function metricSeries(rows: readonly HistoryRow[]): readonly Series[] {
  return seriesOf(
    rows,
    ({ value }) => value,
    (machine) => machineName(machine),
  );
}

/**
 * Milliseconds per step of every cell over the executions: geometric mean over the runs of their
 * median epoch.
 */
export function stepSeries(rows: readonly HistoryRow[]): readonly Series[] {
  const logarithms = seriesOf(
    rows.filter(({ msPerStep }) => msPerStep !== null && msPerStep > 0),
    ({ value, msPerStep }) => (value === null ? null : Math.log(msPerStep as number)),
    (machine) => `${machineName(machine)}, ${machine.threads} threads`,
  );
  // A cell's metrics share its runs: one of them is enough.
  const seen = new Set<string>();
  return logarithms.filter(({ key }) => {
    const place = JSON.stringify([
      key.suite,
      key.scale,
      pairOf(key.cell),
      key.machine,
      key.dataHash,
      key.implementation,
      key.configuration,
    ]);
    return seen.has(place) ? false : seen.add(place) !== undefined;
  });
}

/** `<row>/<column>` of a cell's id. */
export function pairOf(cell: string): string {
  return cell.slice(0, cell.lastIndexOf('/'));
}

/** `NVIDIA A100; AMD EPYC 7713, 2 cores` on a GPU, the processor alone on a CPU. */
export function machineName({ device, gpu, cpu, cores }: Machine): string {
  const processor = `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
  return device === 'gpu' ? `${gpu ?? 'GPU'}; ${processor}` : processor;
}

function seriesOf(
  rows: readonly HistoryRow[],
  read: (row: HistoryRow) => number | null,
  nameOf: (machine: Machine) => string,
): readonly Series[] {
  const groups = new Map<string, { key: SeriesKey; rows: HistoryRow[] }>();
  for (const row of rows) {
    if (row.machine === null || read(row) === null) continue;
    const { suite, scale, cell, metric, implementation, dataHash, configuration } = row;
    const machine = nameOf(row.machine);
    const key = { suite, scale, cell, metric, implementation, dataHash, configuration, machine };
    const name = JSON.stringify(Object.values(key));
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { key, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()].map(({ key, rows: own }) => ({
    key,
    margin: own.at(-1)?.margin ?? null,
    points: [...Map.groupBy(own, ({ execution }) => execution).values()].map((of) =>
      pointOf(of, read),
    ),
  }));
}

function pointOf(
  rows: readonly HistoryRow[],
  read: (row: HistoryRow) => number | null,
): SeriesPoint {
  const first = rows[0] as HistoryRow;
  const rotating = rows.filter(({ seed, fixedSeeds }) => !fixedSeeds.includes(seed));
  const counted = rotating.length > 0 ? rotating : rows;
  const { mean, sd } = sample(counted.map((row) => read(row) as number));
  return {
    execution: first.execution,
    time: first.executedAt,
    kind: first.kind,
    value: mean,
    seeds: [...new Set(counted.map(({ seed }) => seed))].sort((one, other) => one - other),
    sd,
    commits: distinct(rows.map(({ commit }) => commit)),
    fingerprints: distinct(rows.map(({ fingerprint }) => fingerprint)),
    dirty: rows.some(({ dirty }) => dirty),
  };
}

function distinct(values: readonly (string | null)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== null))].sort();
}
