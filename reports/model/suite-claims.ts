import type { PlannedClaim } from '../../contract/plan-types.ts';
import {
  type Evaluation,
  evaluateMeasured,
  type Outcome,
} from '../../reference/claims/evaluate.ts';
import type { Published } from '../../reference/published/loader.ts';
import { armsOf, together } from './claim-evidence.ts';
import type { TableModel } from './table-model.ts';

/** What a suite claims of its own rows, with what its measurements say. */
export interface SuiteClaimModel {
  readonly claim: PlannedClaim;
  readonly evaluation: Evaluation;
}

/**
 * Evaluates the claims of a suite on its own cells at one scale, paired by seed, and all of them
 * together. A smoke run says nothing. Pure.
 */
export function suiteClaims(table: TableModel): readonly SuiteClaimModel[] {
  const { claims, scale } = table.plan;
  if (claims.length === 0) return [];
  const evaluations = together(claims.map((claim) => evaluate(table, claim)));
  return claims.map((claim, index) => {
    const evaluation = evaluations[index] as Evaluation;
    return { claim, evaluation: scale === 'smoke' ? withoutWord(evaluation) : evaluation };
  });
}

function evaluate(table: TableModel, claim: PlannedClaim): Evaluation {
  const { title, row, over, metric, columns, by } = claim;
  // A row is named, not its method: two rows of one method may differ by a hyper-parameter.
  const arms = table.cells
    .filter((cell) => columns.includes(cell.column.id) && cell.row.metric === metric)
    .flatMap((cell) => armsOf(table, cell, new Map()))
    .map((arm) => ({ ...arm, method: arm.name }));
  const comparison = { a: row, b: over, published: [] };
  const evaluation = evaluateMeasured(
    {
      id: 'suite',
      title,
      paper: '',
      statement: title,
      source: { who: '', place: '' },
      kind: 'better',
      metric,
      by,
      comparisons: [comparison],
    },
    arms,
    noPublished,
    false,
    true,
  );
  const doubt = doubtOf(table, claim);
  if (doubt !== null && decided.includes(evaluation.outcome)) {
    return {
      ...evaluation,
      outcome: 'undecided',
      sentence: `${evaluation.sentence}, but ${doubt}`,
      p: null,
    };
  }
  const seen = evaluation.findings
    .filter(({ says }) => says !== 'nothing')
    .map(({ column }) => column);
  const missing = columns.filter((column) => !seen.includes(column));
  if (missing.length === 0 || evaluation.outcome !== 'holds') return evaluation;
  // It is claimed of every column, and some have no number yet.
  return {
    ...evaluation,
    outcome: 'not enough data',
    sentence: `${evaluation.sentence}; nothing that counts on ${missing.join(', ')}`,
    missing: missing.map((column) => ({ a: row, b: over, column, undefined: null })),
    p: null,
  };
}

const decided: readonly Outcome[] = ['holds', 'does not hold', 'mixed'];

/**
 * Why nothing may be concluded from the seeds of an own study's rows (two alike, some failed, some
 * missing); null where something may.
 */
function doubtOf(table: TableModel, { row, over, metric, columns }: PlannedClaim): string | null {
  const doubted = table.cells.find(
    ({ row: cell, column, verdict }) =>
      [row, over].includes(cell.row) &&
      cell.metric === metric &&
      columns.includes(column.id) &&
      verdict.word === 'measured' &&
      verdict.undecidable !== null,
  );
  return doubted === undefined ? null : `of ${doubted.row.row}, ${doubted.verdict.undecidable}`;
}

const withoutWord = (evaluation: Evaluation): Evaluation => ({
  ...evaluation,
  outcome: 'not enough data',
  sentence: 'a smoke run says nothing',
});

/** The claims of a suite name no published number. */
const noPublished = { cells: [], tables: new Map() } as unknown as Published;
