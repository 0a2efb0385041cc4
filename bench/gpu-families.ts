import { plan } from '../app/plan.ts';
import type { TrialSpec } from '../contract/spec.ts';

/** A student of every family of networks, with suites whose trials may have it. */
const families = [
  ['default', 'dkd', ['wrn_16_1', 'vgg8', 'mobilenetv2', 'shufflenetv2', 'imagenet-mobilenetv1', 'deit_tiny', 'pvt_tiny', 'pit_tiny', 't2t_vit_7', 'resmlp_s12', 'convnext_t']],
  ['embedded-detectors', 'none', ['retinanet-x101-32x4d-fpn', 'reppoints-x101-32x4d-dcn-fpn', 'reppoints-r18w16-fpn32', 'gfl-r18w16-fpn32', 'fcos-centred-r18w16-fpn32', 'solo-r18w16-fpn32', 'mask-rcnn-r18w16-fpn32', 'cascade-mask-rcnn-r18w16-fpn32']],
  ['embedded-segmentation', 'none', ['deeplabv3-r18-d8', 'pspnet-r18w8-torchdistiller']],
] as const; // biome-ignore format: a table

export const familyModels: readonly string[] = families.flatMap(([, , models]) => models);

/** Students of a suite at scale smoke. */
export async function trialsOf(
  suite: string,
  wanted: (spec: TrialSpec) => boolean,
): Promise<readonly TrialSpec[]> {
  const { plan: planned } = await plan({ suite: `${suite}@smoke`, store: false });
  const students = planned.trials.map(({ spec }) => spec).filter(({ role }) => role === 'student');
  return students.filter(wanted);
}

/** The trial of one of `familyModels`. */
export async function familyTrial(model: string): Promise<TrialSpec> {
  const [suite, method] = families.find(([, , models]) =>
    (models as readonly string[]).includes(model),
  ) as (typeof families)[number];
  const [spec] = await trialsOf(suite, (each) => each.method === method);
  return { ...(spec as TrialSpec), model };
}
