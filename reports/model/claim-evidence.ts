import { canonicalJson, type Json } from '../../common/canonical.ts';
import type { Scale, TrialSpec } from '../../contract/spec.ts';
import {
  type Evaluation,
  evaluateMeasured,
  evaluatePublished,
  type MeasuredArm,
} from '../../reference/claims/evaluate.ts';
import { type Claim, stepTimeMetric } from '../../reference/claims/types.ts';
import type { Published } from '../../reference/published/loader.ts';
import { adjustedPValues, harmonic } from '../../reference/verdict/false-discovery.ts';
import { falseDiscoveryRate } from '../../reference/verdict/table-control.ts';
import type { StepTimeRow } from '../../results/queries.ts';
import type { CellModel, TableModel } from './table-model.ts';

/** A claim against the three kinds of evidence, side by side. */
export interface ClaimModel {
  readonly claim: Claim;
  readonly published: Evaluation;
  readonly paper: Evaluation;
  readonly proxy: Evaluation;
}

/**
 * Evaluates every claim on published numbers, paper-scale and proxy measurements. Smoke runs say
 * nothing. Pure.
 *
 * The claims of one scale are tested together: Benjamini-Yekutieli, since they share methods on
 * either side of a minus sign and may depend on each other in any way. What does not stand among
 * them is undecided.
 */
export function claimModels(
  claims: readonly Claim[],
  published: Published,
  tables: readonly TableModel[],
  stepTimes: readonly StepTimeRow[],
): readonly ClaimModel[] {
  const times = new Map(stepTimes.map((row) => [row.run, row]));
  // Only what a claim speaks of: a workspace may hold ten thousand cells.
  const named = new Set(
    claims.flatMap(({ comparisons }) => comparisons.flatMap(({ a, b }) => [a, b])),
  );
  const arms = (scale: Scale) =>
    tables
      .filter(({ plan }) => plan.scale === scale)
      .flatMap((table) =>
        table.cells
          .filter(({ row }) => named.has(row.method))
          .filter((cell) => scale !== 'paper' || isPaperScale(cell))
          .flatMap((cell) => armsOf(table, cell, times)),
      );
  const [paperArms, proxyArms] = [distinct(arms('paper')), distinct(arms('proxy'))];
  const paper = together(
    claims.map((claim) => evaluateMeasured(claim, paperArms, published, true)),
  );
  const proxy = together(
    claims.map((claim) => evaluateMeasured(claim, proxyArms, published, false)),
  );
  return claims.map((claim, index) => ({
    claim,
    published: evaluatePublished(claim, published),
    paper: paper[index] as Evaluation,
    proxy: proxy[index] as Evaluation,
  }));
}

/**
 * A suite may call a short training paper scale: it counts as such where it was compared with a
 * published protocol and is that.
 */
function isPaperScale({ row, notComparable }: CellModel): boolean {
  return row.published !== null && notComparable === null;
}

/** Claims that are tested together: what does not stand among them is undecided. */
export function together(evaluations: readonly Evaluation[]): readonly Evaluation[] {
  const holds = family(evaluations, ({ p }) => p?.holds ?? null);
  const refuted = family(evaluations, ({ p }) => p?.refuted ?? null);
  return evaluations.map((evaluation, index) => {
    const { outcome, sentence } = evaluation;
    const tested = outcome === 'holds' ? holds : refuted;
    if (outcome !== 'holds' && outcome !== 'does not hold' && outcome !== 'mixed')
      return evaluation;
    const adjusted = tested.get(index) as number;
    if (adjusted <= falseDiscoveryRate) return evaluation;
    return {
      ...evaluation,
      outcome: 'undecided',
      // The smallest of m p-values is multiplied by m (1 + 1/2 + ... + 1/m), the others by less.
      needsP: falseDiscoveryRate / (tested.size * harmonic(tested.size)),
      sentence: `${sentence}; over the ${tested.size} claims tested at this scale that may be chance (adjusted p-value ${adjusted.toFixed(2)})`,
    };
  });
}

/** Adjusted p-values of the claims that were tested, whatever came of it, by position. */
function family(
  evaluations: readonly Evaluation[],
  pOf: (evaluation: Evaluation) => number | null,
): ReadonlyMap<number, number> {
  const tested = evaluations
    .map((evaluation, index) => ({ index, p: pOf(evaluation) }))
    .filter((entry): entry is { index: number; p: number } => entry.p !== null);
  const adjusted = adjustedPValues(
    tested.map(({ p }) => p),
    'any',
  );
  return new Map(tested.map(({ index }, position) => [index, adjusted[position] as number]));
}

/** A cell as an arm of comparisons: its metric, and the time of its steps per environment. */
export function armsOf(
  { plan }: TableModel,
  cell: CellModel,
  stepTimes: ReadonlyMap<string, StepTimeRow>,
): readonly MeasuredArm[] {
  const counted = cell.trials.filter((trial) => trial.counted && trial.spec.role === 'student');
  const spec = counted[0]?.spec;
  if (spec === undefined || cell.last === null) return [];
  const common = {
    method: spec.method,
    name: cell.row.row,
    teacher: spec.teacher === null ? null : canonicalJson(spec.teacher as unknown as Json),
    column: cell.row.column,
    place: `${spec.teacher === null ? '' : `${spec.teacher.model} \u2192 `}${spec.model}, ${spec.data.dataset}`,
    cell: `${plan.suite}@${plan.scale}/${cell.row.cell}`,
  };
  const accuracy: MeasuredArm = {
    ...common,
    metric: cell.row.metric,
    unit: cell.unit,
    decimals: cell.decimals,
    higherIsBetter: cell.row.published?.higherIsBetter ?? !/loss|error/.test(cell.row.metric),
    conditions: conditionsOf(spec, cell.row.column),
    bySeed: cell.last.bySeed,
  };
  const runs = new Map(counted.map((trial) => [trial.run?.run as string, trial.spec.seed]));
  const times = [...runs.keys()].flatMap((run) => stepTimes.get(run) ?? []);
  const perEnvironment = Map.groupBy(times, ({ environment }) => environment);
  return [
    accuracy,
    ...[...perEnvironment].map(([environment, rows]) => ({
      ...common,
      metric: stepTimeMetric,
      unit: 'ms',
      decimals: 1,
      higherIsBetter: false,
      conditions: `${conditionsOf(spec, cell.row.column)} ${environment}`,
      bySeed: new Map(rows.map(({ run, msPerStep }) => [runs.get(run) as number, msPerStep])),
    })),
  ];
}

function conditionsOf({ recipe, data, model }: TrialSpec, column: string): string {
  return canonicalJson({ recipe, data, model, column } as unknown as Json);
}

/**
 * Suites may plan the same trials: an arm with the same conditions, method and values counts once.
 */
function distinct(arms: readonly MeasuredArm[]): readonly MeasuredArm[] {
  const key = (arm: MeasuredArm) =>
    JSON.stringify([arm.conditions, arm.method, arm.metric, [...arm.bySeed]]);
  return [...new Map(arms.map((arm) => [key(arm), arm])).values()];
}
