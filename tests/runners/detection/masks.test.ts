import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { DataError } from '../../../common/errors.ts';
import { areaOf, bitmapOf } from '../../../runners/data/coco/rle.ts';
import {
  type AnnotatedData,
  evaluateFound,
  FoundObjects,
  trainingMasks,
} from '../../../runners/detection/evaluation.ts';
import { pasteMask } from '../../../runners/detection/geometry/paste.ts';
import { packedMasks } from '../../../runners/detection/parts/two-stage/maker.ts';
import { maskTargets } from '../../../runners/detection/parts/two-stage/mask-targets.ts';
import { bitsOf } from '../../../runners/engine/ops/index.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';
import { summarizeCoco } from '../../../runners/metrics/coco/summary.ts';

// Against mmdetection: golden file det/mask_head.json. Here are the edges that it has not.

const whole = new Float32Array(28 * 28).fill(1);

describe('a pasted mask', () => {
  const paste = (box: number[], mask: ArrayLike<number> = whole) => pasteMask(mask, box, [6, 8]);

  it('fills a box on whole pixels, row and column as they are', () => {
    const bitmap = bitmapOf(paste([2, 1, 5, 3]));
    const inside = (at: number) => {
      const [x, y] = [at % 8, Math.floor(at / 8)];
      return x >= 2 && x < 5 && y >= 1 && y < 3 ? 1 : 0;
    };
    assert.deepEqual(
      [...bitmap],
      Array.from(bitmap, (_, at) => inside(at)),
    );
  });

  it('ends with the picture, and covers it whole', () => {
    assert.equal(areaOf(paste([-3, -3, 4, 2])), 8);
    const all = paste([-10, -10, 20, 20]);
    assert.equal(areaOf(all), 48);
    assert.equal(
      all.counts.reduce((sum, run) => sum + run, 0),
      48,
    );
  });

  it('is empty without extent and below the threshold', () => {
    for (const empty of [
      paste([3, 3, 3, 5]),
      paste([1, 1, 5, 5], new Float32Array(784).fill(0.4)),
    ]) {
      assert.deepEqual([...empty.counts], [48]);
    }
  });
});

describe('packed masks', () => {
  const [height, width] = [3, 70];
  const mask = Uint8Array.from({ length: 2 * 67 }, (_, at) => Number(at % 3 === 0 || at === 31));
  const picture = { masks: [mask], imgShape: [2, 67] as const };
  const batch = { pictures: [picture], height, width } as unknown as Parameters<
    typeof packedMasks
  >[0];
  const packed = packedMasks(batch, 2, 2);

  it('give every pixel back, the last of 32 too, and zeros elsewhere', () => {
    const words = Math.ceil(width / 32);
    assert.equal(packed.length, 2 * 2 * height * words);
    const bits = bitsOf(tf.tensor(Array.from(packed), [2, 2, height, words], 'int32')).dataSync();
    const expected = new Float32Array(bits.length);
    mask.forEach((value, at) => {
      expected[Math.floor(at / 67) * words * 32 + (at % 67)] = value;
    });
    assert.deepEqual([...bits], [...expected]);
  });
});

describe('mask targets', () => {
  it('are the part of the mask that a region sees, of its own box', () => {
    const [height, width] = [32, 40];
    const left = Uint8Array.from({ length: height * width }, (_, at) => Number(at % width < 20));
    const full = new Uint8Array(height * width).fill(1);
    const batch = {
      pictures: [{ masks: [left, full], imgShape: [height, width] }],
      ...{ height, width },
    } as unknown as Parameters<typeof packedMasks>[0];
    const words = tf.tensor(Array.from(packedMasks(batch, 1, 2)), [1, 2, height, 2], 'int32');
    const regions = tf.tensor3d([6, 2, 34, 30, 6, 2, 34, 30], [1, 2, 4]) as Tensor3D;
    const boxOf = tf.tensor2d([0, 1], [1, 2], 'int32') as Tensor2D;
    const made = maskTargets(
      words as Tensor,
      boxOf,
      regions,
      width,
      28,
    ).arraySync() as number[][][];
    // The region is a pixel per cell: 14 of its 28 columns are left of 20.
    for (const row of made[0] as number[][]) {
      assert.deepEqual(
        row,
        Array.from({ length: 28 }, (_, column) => Number(column < 14)),
      );
    }
    assert.ok((made[1] as number[][]).flat().every((value) => value === 1));
  });
});

describe('detections with masks', () => {
  const square = { size: [6, 8], counts: [8, 2, 4, 2, 32] };
  const annotation = {
    ...{ id: 1, imageId: 7, categoryId: 3, bbox: [1, 2, 2, 2] as const, area: 4, crowd: false },
    segmentation: square,
  };
  const coco = {
    images: [{ id: 7, width: 8, height: 6, fileName: null }],
    categories: [{ id: 3, name: 'thing' }],
    annotations: [annotation],
  };
  const dataOf = (segmentation: unknown) => {
    const own = { ...coco, annotations: [{ ...annotation, segmentation }] };
    return {
      id: 'sketch',
      categoryIds: [3],
      test: { pictures: [{ id: 7 }] },
      annotations: { train: own, test: own },
    } as unknown as AnnotatedData;
  };

  it('are compared by their masks, and by their boxes', () => {
    const found = new FoundObjects();
    const mask = { height: 6, width: 8, counts: Uint32Array.of(8, 2, 4, 2, 32) };
    found.add({ index: 0 } as Parameters<FoundObjects['add']>[0], {
      // A box that is off by far.
      boxes: Float32Array.of(5, 0, 8, 2),
      scores: Float32Array.of(0.9),
      labels: Int32Array.of(0),
      masks: [mask],
    });
    const AP = (iou: 'bbox' | 'segm') =>
      summarizeCoco(evaluateFound(dataOf(square), found, iou)).AP;
    assert.ok(AP('segm') > 0.999);
    assert.equal(AP('bbox'), 0);
  });

  it('need a mask for every object', () => {
    assert.equal(trainingMasks(dataOf(square)).counts.length, 5);
    assert.throws(
      () => trainingMasks(dataOf(null)),
      (error: unknown) =>
        error instanceof DataError &&
        error.code === 'DATA_MASKS' &&
        /sketch has no mask for annotation 1 of its train split/.test(error.message),
    );
  });
});
