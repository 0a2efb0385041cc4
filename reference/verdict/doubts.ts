import type { Selection } from '../published/types.ts';
import { atChance } from './chance.ts';

/** One value per completed seed under each selection rule, in the same order of seeds. */
export type MeasuredSeeds = Readonly<
  Partial<Record<Exclude<Selection, 'unknown'>, readonly number[]>>
>;

/** The seeds of a cell as they came out. */
export interface SeedsOfCell {
  readonly measured: MeasuredSeeds;
  /** Trials that ended diverged or failed. */
  readonly failures?: number;
  /**
   * The score of a network that learned nothing, in the metric's unit (`chanceLevel`); null or
   * absent where not known.
   */
  readonly chance?: number | null;
}

/** Why the seeds of a cell allow no conclusion, whatever their mean is; null where they do. */
export function seedDoubt({ measured, failures = 0, chance = null }: SeedsOfCell): string | null {
  const lucky = 'and the rest may be the lucky ones';
  if (failures > 0) return `${plural(failures, 'trial')} of this cell diverged or failed, ${lucky}`;
  const lists = Object.values(measured).filter((values) => values.length > 0);
  const [first = []] = lists;
  const unlearned = first.filter((value) => atChance(value, chance)).length;
  if (unlearned > 0)
    return `${plural(unlearned, 'trial')} of this cell ended at chance level, ${lucky}`;
  // Under every rule: best epochs of two seeds may well agree, best and last together seldom do.
  const seeds = first.map((_, index) => lists.map((values) => values[index]).join(' '));
  return new Set(seeds).size < seeds.length
    ? 'two seeds of this cell agree to the last digit, so that they may be one training'
    : null;
}

/** Seeds with a value under some rule. */
export function seedCount(measured: MeasuredSeeds): number {
  return Math.max(0, ...Object.values(measured).map((values) => values.length));
}

export function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
