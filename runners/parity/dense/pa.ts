import type { ParityDriver } from '../driver.ts';
import { segmenterCheck } from './segmenter-case.ts';

/** Pair-wise distillation with regions of several sizes, cut at the end of the map or not. */
export const pa: ParityDriver = {
  'losses/seg_pairwise.json': segmenterCheck({
    id: 'pa',
    hyper: (node) => ({ poolScale: node.get('hyper').get('scale').number() }),
  }),
};
