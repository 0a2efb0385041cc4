import { readFileSync } from 'node:fs';
import { lookUp } from '../common/look-up.ts';
import type { Plan } from '../contract/plan-types.ts';
import type { Recipe, TrialSpec } from '../contract/spec.ts';

/**
 * Multiplications and additions per second that a GPU of a data centre keeps up in 32 bits: an
 * assumption, of which the true one may be a third or three times as much.
 */
export const assumedRate = 5e12;

/** What a plan would cost on a GPU, by its operations alone. Nothing of it is measured. */
export interface CostEstimate {
  /** One trial after the other, evaluation after every epoch included. */
  readonly gpuHours: number;
  readonly operations: number;
  /** Operations per second that the hours assume. */
  readonly rate: number;
  /** Networks whose operations are not known: their trials are not in it. */
  readonly uncounted: readonly string[];
}

interface Counted {
  /** Multiplications with their additions of one forward pass of one picture. */
  readonly multiplications: number;
  /** Height and width of that picture. */
  readonly side: number;
}

let counted: Readonly<Record<string, Counted>> | undefined;

/** Counted by bench/operations.ts. */
function countsOfNetworks(): Readonly<Record<string, Counted>> {
  counted ??= JSON.parse(
    readFileSync(new URL('./operations.json', import.meta.url), 'utf8'),
  ) as Record<string, Counted>;
  return counted;
}

/**
 * Estimates a plan by its networks' operations: a training picture is three forward passes of the
 * student (a backward pass is two) and one of its teacher, a test picture one of the student.
 *
 * @param testPictures of the data set; 0 where they are not known
 * @returns null where no network of the plan is counted
 */
export function estimateCost(plan: Plan, testPictures: number): CostEstimate | null {
  const uncounted = new Set<string>();
  let operations = 0;
  for (const { spec, steps } of plan.trials) {
    const own = forward(spec.model, spec);
    const teacher = spec.teacher === null || steps === 0 ? 0 : forward(spec.teacher.model, spec);
    if (own === null) uncounted.add(spec.model);
    if (teacher === null) uncounted.add(spec.teacher?.model ?? '');
    if (own === null || teacher === null) continue;
    const trained = steps * spec.recipe.batchSize;
    const tested = Math.max(1, spec.recipe.epochs) * testPictures;
    operations += trained * (3 * own + teacher) + tested * own;
  }
  if (operations === 0) return null;
  return {
    gpuHours: operations / assumedRate / 3600,
    operations,
    rate: assumedRate,
    uncounted: [...uncounted].sort(),
  };
}

/** Multiplications and additions of a forward pass; null for a network that was not counted. */
function forward(network: string, { recipe, external }: TrialSpec): number | null {
  const found = external === undefined ? lookUp(countsOfNetworks(), network) : undefined;
  if (found === undefined) return null;
  const side = sideOf(recipe) ?? found.side;
  return 2 * found.multiplications * (side / found.side) ** 2;
}

/** The side of the network's input where the recipe states it. */
function sideOf({ input }: Recipe): number | null {
  return input !== undefined && 'size' in input && typeof input.size === 'number'
    ? input.size
    : null;
}
