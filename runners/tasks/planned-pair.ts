import type { Hyper, Recipe } from '../../contract/spec.ts';

/** A training with a teacher, as far as methods look at it. */
export interface PlannedPair {
  readonly method: string;
  /** Resolved. */
  readonly hyper: Hyper;
  readonly student: string;
  readonly teacher: string;
  readonly recipe: Pick<Recipe, 'input' | 'initStudent'>;
  /** Height and width of the data set's pictures; null where they are not known. */
  readonly side: number | null;
}
