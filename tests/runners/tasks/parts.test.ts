import { describe, it } from 'node:test';
import { assertEqual, trained } from './parts-training.ts';

const detectors: readonly (readonly [model: string, methods: readonly string[]])[] = [
  ['retinanet-r18w16-fpn32', ['none', 'fgd', 'mgd']],
  ['gfl-r18w16-fpn32', ['fgd', 'cwd']],
  ['fcos-centred-r18w16-fpn32', ['none']],
  ['reppoints-r18w16-fpn32', ['none']],
  ['solo-r18w16-fpn32', ['none']],
  ['mask-rcnn-r18w16-fpn32', ['none']],
  ['cascade-mask-rcnn-r18w16-fpn32', ['none']],
];

describe('a batch in parts is the batch within rounding', () => {
  for (const [model, methods] of detectors) {
    it(model, async () => {
      const whole = await trained(model, methods, null);
      assertEqual(whole, await trained(model, methods, { size: 1 }));
    });
  }
});
