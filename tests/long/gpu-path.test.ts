/*
 * Steps of the families of networks as they are recorded for a GPU, run by the CPU beside those
 * recorded for it. Tasks and methods: tests/bench/nodes.test.ts.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertSameSteps, trialsOf } from '../bench/gpu-steps.ts';

const students = [
  ['default', 'dkd', ['wrn_16_1', 'vgg8', 'mobilenetv2', 'shufflenetv2', 'imagenet-mobilenetv1', 'deit_tiny', 'pvt_tiny', 'pit_tiny', 't2t_vit_7', 'resmlp_s12', 'convnext_t']],
  ['embedded-detectors', 'none', ['retinanet-x101-32x4d-fpn', 'reppoints-x101-32x4d-dcn-fpn', 'reppoints-r18w16-fpn32', 'gfl-r18w16-fpn32', 'fcos-centred-r18w16-fpn32', 'solo-r18w16-fpn32', 'mask-rcnn-r18w16-fpn32', 'cascade-mask-rcnn-r18w16-fpn32']],
  ['embedded-segmentation', 'none', ['deeplabv3-r18-d8', 'pspnet-r18w8-torchdistiller']],
] as const; // biome-ignore format: a table

describe('a step recorded for a GPU', () => {
  for (const [suite, method, models] of students) {
    for (const model of models) {
      it(`of ${model} does what a CPU's does within rounding`, async () => {
        const [spec] = await trialsOf(suite, (each) => each.method === method);
        assert.ok(spec !== undefined, `${suite} has such a trial`);
        await assertSameSteps({ ...spec, model }, 2);
      });
    }
  }
});
