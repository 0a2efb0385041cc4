import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as option from '../option.ts';
import { refuseNetworks } from '../parts.ts';
import { checkLogits } from './logits.ts';
import type { DenseFamily, DenseOutput, DenseSetting } from './types.ts';

/** Maps of a segmenter that methods compare: class logits, or what its classifier sees. */
export const segmenterMaps = ['logits', 'embedding'] as const;
export type SegmenterMap = (typeof segmenterMaps)[number];

/** The option that chooses the map. */
export function mapOption(standard: SegmenterMap, source: string) {
  return option.choice({
    default: standard,
    choices: segmenterMaps,
    about: 'Which maps are compared: class logits, or what the classifier sees',
    source,
  });
}

/** Two maps to be compared. */
export interface ComparedMap {
  /** Channels of the student's map and of the teacher's. */
  readonly inputs: number;
  readonly outputs: number;
  map(output: DenseOutput): Tensor4D;
}

/**
 * The maps of two segmenters that a method compares.
 *
 * @throws UsageError `METHOD_NETWORKS` where a network is no segmenter, `METHOD_TEACHER` where
 *   logits are of other classes
 */
export function segmenterMap(id: string, setting: DenseSetting, on: SegmenterMap): ComparedMap {
  const { student, teacher } = setting;
  if (on === 'logits') {
    checkLogits(id, setting);
    const [inputs, outputs] = [student.logits[0] as number, teacher.logits[0] as number];
    return { inputs, outputs, map: ({ logits }) => logits[0] as Tensor4D };
  }
  if (student.embedding === null || teacher.embedding === null) {
    const other = student.embedding === null ? student.name : teacher.name;
    return refuseNetworks(id, `it is to compare embeddings, and ${other} is no segmenter`);
  }
  return {
    inputs: student.embedding,
    outputs: teacher.embedding,
    map: ({ embedding }) => embedding as Tensor4D,
  };
}

/** Why a method of segmenters has nothing to work on in networks of a family. */
export function segmentersOnly(family: DenseFamily): string | null {
  return family === 'segmenter' ? null : 'it compares maps that only segmenters have';
}
