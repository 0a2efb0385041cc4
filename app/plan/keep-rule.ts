import type { CohortLimits } from '../../contract/cohorts.ts';
import { datasetKey } from '../../contract/dataset-name.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { givenWidth } from '../../runners/classification/kept/given.ts';
import { pictureBytes } from '../../runners/classification/kept/store.ts';
import { manyViews, viewCount } from '../../runners/classification/kept/views.ts';
import { datasets, findSource } from '../../runners/data/registry.ts';
import { partsOf } from '../../runners/distillers/hyper.ts';
import { parseMethod } from '../../runners/distillers/method-id.ts';
import { loadMethods } from '../../runners/distillers/registry.ts';
import type { KeepRule } from '../../suites/kept-price.ts';

/** Loads what the rule looks at: methods and data sets. */
export async function loadRuledKinds(trials: readonly Pick<PlannedTrial, 'spec'>[]): Promise<void> {
  await loadMethods(trials.map(({ spec }) => spec.method));
  await datasets.load(trials.map(({ spec }) => datasetKey(spec.data.dataset)));
}

/**
 * One student that reads more than what is kept makes the step compute everything: those that can
 * keep outputs have cohorts of their own.
 */
export function keptApart(rule: Pick<KeepRule, 'refusal'>): Required<Pick<CohortLimits, 'apart'>> {
  return {
    apart: ({ spec }) =>
      spec.teacher !== null && rule.refusal(spec) === null ? 'kept' : 'computed',
  };
}

/**
 * What a plan knows of whether outputs of teachers can be kept; trainings look again. What it
 * looks at must be loaded (`loadRuledKinds`).
 */
export function keepRule(patchesAsked: boolean): KeepRule {
  return {
    refusal(spec) {
      if (spec.task !== 'classification' || spec.external !== undefined) {
        return 'only trainings of classification keep outputs';
      }
      return manyViews(spec.recipe) ?? ofMethod(spec, patchesAsked) ?? ofData(spec);
    },
    views: ({ augmentation }) => viewCount(augmentation),
    bytes(spec) {
      const set = findSource(spec.data.dataset);
      if (set?.holds !== 'labels') return 0;
      const { recipe, method, hyper } = spec;
      const patches = patchesOf(method, hyper);
      const shape = {
        views: viewCount(recipe.augmentation),
        width: givenWidth({ classes: set.classes, patches }),
      };
      return (recipe.trainPictures ?? set.train) * pictureBytes(shape);
    },
  };
}

function ofMethod({ method: id, hyper }: TrialSpec, patchesAsked: boolean): string | null {
  const { method } = partsOf(parseMethod(id));
  if (method.kind === 'plain' || (method.kind === 'network' && !method.readsLogits)) {
    return `${id} reads more than logits`;
  }
  if (patchesOf(id, hyper) === null || patchesAsked) return null;
  return `${id} reads patches, which are kept only with --keep-patches`;
}

function patchesOf(id: string, hyper: TrialSpec['hyper']): readonly number[] | null {
  const { plugins } = partsOf(parseMethod(id));
  const pyramids = plugins.map((plugin) => plugin.with(hyper).patches);
  return pyramids.find((each) => each !== null) ?? null;
}

/** Sets whose pictures have a size of their own are held in memory. */
function ofData({ data }: TrialSpec): string | null {
  const set = findSource(data.dataset);
  return set?.holds === 'labels' && set.side !== undefined ? null : 'its pictures are in files';
}
