import type { DenseBatch } from './batch.ts';
import type { DenseRecipe } from './epoch-plan.ts';
import type { TargetModule } from './target-maker.ts';
import type { DenseSplit, MaskTable } from './types.ts';

/** What a thread is started with. */
export interface LoaderSetup {
  readonly split: DenseSplit;
  readonly masks: MaskTable | null;
  readonly recipe: DenseRecipe;
  readonly targets: TargetModule | null;
  readonly prefetch: number;
  /**
   * Which batches are this thread's, counted from the first one wanted: the `first`, then every so
   * many.
   */
  readonly share: { readonly first: number; readonly every: number };
}

export type ToLoader =
  | {
      readonly kind: 'epoch';
      readonly job: number;
      readonly epoch: number;
      readonly fromStep: number;
    }
  | { readonly kind: 'taken'; readonly job: number };

export interface FromLoader {
  readonly job: number;
  readonly batch: DenseBatch;
}
