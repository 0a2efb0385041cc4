import type { ParityDriver } from '../driver.ts';
import { segmenterCheck } from './segmenter-case.ts';

/** Attention transfer of one map, by the official criterion of classification. */
export const at: ParityDriver = {
  'losses/seg_attention.json': segmenterCheck({
    id: 'at',
    hyper: (node) => ({ p: node.get('hyper').get('p').number() }),
  }),
};
