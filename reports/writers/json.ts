import { schemaVersion } from '../../contract/spec.ts';
import { suiteClaims } from '../model/suite-claims.ts';
import type { CellModel, Measurement, TableModel } from '../model/table-model.ts';

/**
 * Every table with its cells, their measurements and verdicts, as one JSON document. Pure; equal
 * models give equal bytes.
 */
export function reportJson(tables: readonly TableModel[]): string {
  return `${JSON.stringify({ schemaVersion, tables: tables.map(tableJson) }, null, 2)}\n`;
}

function tableJson(table: TableModel) {
  const { plan, notComparable, own, sections, cells } = table;
  const { suite, scale, title, margins, registeredSeeds } = plan;
  return {
    suite,
    scale,
    title,
    notComparable,
    own,
    margins,
    registeredSeeds,
    scatter: sections.flatMap(({ metric, scatter }) =>
      scatter === null ? [] : [{ metric, ...scatter }],
    ),
    cells: cells.map(cellJson),
    claims: suiteClaims(table).map(({ claim, evaluation }) => ({
      ...claim,
      outcome: evaluation.outcome,
      sentence: evaluation.sentence,
    })),
  };
}

function cellJson(cell: CellModel) {
  const { row, column, unit, trials, last, best, notComparable, verdict, paired } = cell;
  return {
    cell: row.cell,
    row: row.row,
    method: row.method,
    teacher: column.teacher,
    student: column.student,
    metric: row.metric,
    unit,
    published: row.published,
    notComparable,
    last: measurementJson(last),
    best: measurementJson(best),
    verdict: {
      word: verdict.word,
      reason: verdict.reason,
      moreSeeds: verdict.moreSeeds,
      comparisons: verdict.comparisons,
      ...(verdict.mean !== undefined && { mean: verdict.mean }),
    },
    control: cell.control,
    laterSeeds: cell.later,
    teachers: cell.taughtBy,
    paired,
    trials: trials.map(({ trial, spec, run, counted }) => ({
      trial,
      seed: spec.seed,
      run: run?.run ?? null,
      state: run?.state ?? 'not run',
      counted,
    })),
  };
}

function measurementJson(measurement: Measurement | null) {
  if (measurement === null) return null;
  const { n, mean, sd, bySeed } = measurement;
  return { n, mean, sd, bySeed: Object.fromEntries(bySeed) };
}
