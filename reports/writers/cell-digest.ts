import type { VerdictWord } from '../../reference/verdict/verdict.ts';
import type { CellModel, TableModel } from '../model/table-model.ts';
import { metricName, pairName } from '../views/words.ts';
import type { Digest, Level } from './digest.ts';

/**
 * Nothing passes without a measurement at paper scale: every proxy run is `not comparable`, and so
 * skipped.
 */
const levelOf: Readonly<Record<VerdictWord, Level>> = {
  reproduced: 'passed',
  above: 'notice',
  inconclusive: 'warning',
  below: 'failed',
  failed: 'error',
  'not comparable': 'skipped',
  'no reference': 'skipped',
  'not run': 'skipped',
};

/** The verdicts of every cell: a group per suite and scale, in the order of the tables. Pure. */
export function cellDigest(tables: readonly TableModel[]): Digest {
  return {
    title: 'Redistill: do the published numbers hold?',
    lead: '',
    groups: tables.map((table) => ({
      name: `${table.plan.suite}@${table.plan.scale}`,
      note: table.notComparable,
      entries: table.cells.map((cell) => ({
        name: cellName(cell),
        level: levelOf[cell.verdict.word],
        word: cell.verdict.word,
        message: cell.verdict.reason,
      })),
    })),
  };
}

/** `KD, resnet56 → resnet20, Top-1 accuracy` */
export function cellName({ row, column }: CellModel): string {
  return `${row.row}, ${pairName(column)}, ${metricName(row.metric)}`;
}
