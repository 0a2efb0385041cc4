import type { ParityDriver } from '../driver.ts';
import { segmenterCheck } from './segmenter-case.ts';

/** Intra-class feature variation, with labels of several sizes, ignored ones among them. */
export const ifvd: ParityDriver = {
  'losses/seg_intraclass.json': segmenterCheck({
    id: 'ifvd',
    hyper: () => ({}),
    labelled: true,
  }),
};
