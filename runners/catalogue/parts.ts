import type { BatchParts } from '../../contract/parts.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { loadDetector } from '../detection/registry.ts';
import { denseMethods } from '../distillers/dense/registry.ts';
import type { PictureUse } from '../distillers/kind.ts';
import { parseMethod } from '../distillers/method-id.ts';
import { loadMethods, methods } from '../distillers/registry.ts';
import { loadNetwork } from '../networks/registry.ts';
import type { ParamSpec } from '../networks/types.ts';
import { loadSegmenter } from '../segmentation/registry.ts';
import { checkParts } from '../tasks/parts/changes.ts';

/** What none of the parameters depends on: how many classes there are. */
const classes = 2;

/**
 * Refuses parts that a trial's batches cannot have, before it is trained and without its data. The
 * training looks again: it also knows what parts the method adds.
 *
 * @throws UsageError as `checkParts`
 */
export async function refuseParts(spec: TrialSpec, parts: BatchParts | null): Promise<void> {
  if (parts === null || spec.external !== undefined) return;
  const method = { id: spec.method, pictures: await useOf(spec), params: [] };
  checkParts(spec, { params: await paramsOf(spec), method }, parts);
}

async function useOf({ task, method }: TrialSpec): Promise<PictureUse> {
  if (task !== 'classification') {
    await denseMethods.load([method]);
    return denseMethods.find(method)?.pictures ?? 'apart';
  }
  await loadMethods([method]);
  return methods.find(parseMethod(method).method)?.pictures ?? 'apart';
}

async function paramsOf({ task, model, recipe }: TrialSpec): Promise<readonly ParamSpec[]> {
  if (task === 'classification') {
    const { input } = recipe;
    const side = input !== undefined && 'size' in input ? input.size : undefined;
    const sized = side === undefined ? {} : { inputShape: [side, side, 3] as const };
    return (await loadNetwork(model, { classes, ...sized })).params;
  }
  if (task === 'segmentation') return (await loadSegmenter(model, { classes })).params;
  const { frozenStages = -1, normEval = false } = recipe;
  return (await loadDetector(model, { classes, backbone: { frozenStages, normEval } })).params;
}
