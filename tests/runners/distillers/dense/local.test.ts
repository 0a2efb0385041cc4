import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../../common/random.ts';
import '../../../../runners/distillers/all.ts';
import { createDenseDistiller } from '../../../../runners/distillers/dense/create.ts';
import type { DenseOutput, DenseShapes } from '../../../../runners/distillers/dense/types.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';

const shapes = (name: string, channels: number): DenseShapes => ({
  name,
  family: 'segmenter',
  features: [channels],
  strides: [8],
  embedding: channels,
  logits: [4],
});

type Map = readonly (readonly (readonly number[])[])[];

function map(height: number, width: number, channels: number, seed: string): Map {
  const stream = RandomStream.named(1, seed);
  const row = () => Array.from({ length: channels }, () => stream.normal());
  return Array.from({ length: height }, () => Array.from({ length: width }, row));
}

const seen = (values: Map): DenseOutput => {
  const embedding = tf.tensor4d([values] as unknown as number[][][][]) as Tensor4D;
  return { features: [], embedding, logits: [] };
};

/** The loss position by position, over all eight neighbours. */
function expected(student: Map, teacher: Map): number {
  const [height, width] = [student.length, (student[0] as readonly unknown[]).length];
  const distance = (values: Map, a: readonly [number, number], b: readonly [number, number]) => {
    const [from, to] = [a, b].map(([y, x]) => values[y]?.[x] as readonly number[]);
    return Math.hypot(...(from as readonly number[]).map((v, c) => v - (to?.[c] as number)));
  };
  let sum = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (const dy of [-1, 0, 1]) {
        for (const dx of [-1, 0, 1]) {
          const other = [y + dy, x + dx] as const;
          const inside = student[other[0]]?.[other[1]] !== undefined && (dy !== 0 || dx !== 0);
          if (!inside) continue;
          const at = [y, x] as const;
          sum += (distance(student, at, other) - distance(teacher, at, other)) ** 2;
        }
      }
    }
  }
  return sum / (height * width);
}

describe('local similarity', () => {
  const distiller = createDenseDistiller(
    'local',
    { on: 'embedding', weight: 1 },
    { student: shapes('student', 3), teacher: shapes('teacher', 5) },
  );
  const loss = (student: Map, teacher: Map) => {
    const terms = distiller.terms({
      student: seen(student),
      teacher: seen(teacher),
      ...{ present: null, labels: null },
      scalar: () => assert.fail(),
      rate: () => assert.fail(),
      draw: () => assert.fail(),
      region: () => assert.fail(),
      param: () => assert.fail(),
      update: () => assert.fail(),
    });
    return terms['local']?.dataSync()[0] as number;
  };

  it('compares the distances to all eight neighbours, at the border to those that are there', () => {
    for (const [height, width] of [
      [4, 5],
      [1, 3],
      [3, 1],
    ] as const) {
      const [student, teacher] = [
        map(height, width, 3, 'student'),
        map(height, width, 5, 'teacher'),
      ];
      const found = loss(student, teacher);
      const wanted = expected(student, teacher);
      assert.ok(Math.abs(found - wanted) < 1e-5 * wanted, `${found} and ${wanted}`);
    }
  });

  it('is 0 on a map of one position', () => {
    assert.equal(loss(map(1, 1, 3, 'student'), map(1, 1, 5, 'teacher')), 0);
  });
});
