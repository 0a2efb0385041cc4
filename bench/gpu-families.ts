import type { TrialSpec } from '../contract/spec.ts';

/** A student of every family of networks, with the method and suite of a trial that may have it. */
const families = [
  ['default', 'dkd', ['wrn_16_1', 'vgg8', 'mobilenetv2', 'shufflenetv2', 'imagenet-mobilenetv1', 'deit_tiny', 'pvt_tiny', 'pit_tiny', 't2t_vit_7', 'resmlp_s12', 'convnext_t']],
  ['embedded-detectors', 'none', ['retinanet-x101-32x4d-fpn', 'reppoints-x101-32x4d-dcn-fpn', 'reppoints-r18w16-fpn32', 'gfl-r18w16-fpn32', 'fcos-centred-r18w16-fpn32', 'solo-r18w16-fpn32', 'mask-rcnn-r18w16-fpn32', 'cascade-mask-rcnn-r18w16-fpn32']],
  ['embedded-segmentation', 'none', ['deeplabv3-r18-d8', 'pspnet-r18w8-torchdistiller']],
] as const; // biome-ignore format: a table

export const familyModels: readonly string[] = families.flatMap(([, , models]) => models);

/** The trial of one of `familyModels` among the students of its suite, which `of` gives. */
export async function familyTrial(
  model: string,
  of: (suite: string) => Promise<readonly TrialSpec[]> | readonly TrialSpec[],
): Promise<TrialSpec> {
  const [suite, method] = families.find(([, , models]) =>
    (models as readonly string[]).includes(model),
  ) as (typeof families)[number];
  const spec = (await of(suite)).find((each) => each.method === method);
  if (spec === undefined) throw new RangeError(`No trial of ${suite} to have ${model}.`);
  return { ...spec, model };
}
