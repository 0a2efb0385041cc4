import '../../../runners/distillers/all.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scalar, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { UsageError } from '../../../common/errors.ts';
import { RandomStream } from '../../../common/random.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';
import type { NetworkOutput } from '../../../runners/networks/types.ts';

const classes = 5;
const networks = {
  student: { name: 'resnet8', classes },
  teacher: { name: 'resnet20', classes },
};
const labels = tf.tensor1d([1, 4, 0], 'int32');

test('without a teacher there is cross-entropy only', () => {
  const distiller = createDistiller('none', {}, { ...networks, teacher: null });
  assert.deepEqual(distiller.needs, { teacher: false, patches: null, features: false });
  const terms = distiller.losses({ ...step(), teacher: null });
  assert.deepEqual(Object.keys(terms), ['ce']);
  close(terms['ce'], crossEntropyByHand(step().student.logits));
});

test('terms are weighted, and the distillation term is named after the method', () => {
  const plain = createDistiller('kd', { ceWeight: 1, kdWeight: 1 }, networks).losses(step());
  const weighted = createDistiller('kd', { ceWeight: 0.5, kdWeight: 3 }, networks).losses(step());
  assert.deepEqual(Object.keys(weighted), ['ce', 'kd']);
  close(weighted['ce'], 0.5 * value(plain['ce']));
  close(weighted['kd'], 3 * value(plain['kd']));
});

test('label smoothing of the recipe reaches the cross-entropy and nothing else', () => {
  const sharp = createDistiller('kd', {}, networks).losses(step());
  const smooth = createDistiller('kd', {}, { ...networks, labelSmoothing: 0.1 }).losses(step());
  assert.notEqual(value(smooth['ce']), value(sharp['ce']));
  assert.equal(value(smooth['kd']), value(sharp['kd']));
});

test('the warm-up is an input of the step: min(epoch / 20, 1), epochs counted from 1', () => {
  const distiller = createDistiller('dkd', {}, networks);
  assert.deepEqual(
    [1, 10, 20, 30].map((epoch) => distiller.scalars(epoch)),
    [{ warmup: 0.05 }, { warmup: 0.5 }, { warmup: 1 }, { warmup: 1 }],
  );
  const full = value(distiller.losses(step({ warmup: 1 }))['dkd']);
  close(distiller.losses(step({ warmup: 0.25 }))['dkd'], 0.25 * full);
  assert.deepEqual(createDistiller('kd', {}, networks).scalars(3), {});
});

test('CTKD adds a trainable temperature and the lambda of the epoch', () => {
  const distiller = createDistiller('kd+ctkd', {}, networks);
  assert.deepEqual(
    distiller.params.map(({ name, shape, trainable, init }) => ({ name, shape, trainable, init })),
    [
      {
        name: 'mlp.global_T',
        shape: [1],
        trainable: true,
        init: { kind: 'constant', value: 1 },
      },
    ],
  );
  close(distiller.scalars(1)['lambda'], -0.0244717419, 1e-9);
  assert.equal(distiller.scalars(10)['lambda'], -1);
  assert.equal(distiller.scalars(200)['lambda'], -1);
  const seen: Record<string, number> = {};
  distiller.losses({
    ...step({ lambda: -1 }),
    monitor: (name, scalar) => {
      seen[name] = value(scalar);
    },
  });
  assert.deepEqual(Object.keys(seen), [...distiller.monitors]);
});

test('SDD asks for its pyramid and announces what it counts', () => {
  const distiller = createDistiller('dkd+sdd+lskd', { M: '[1,2]' }, networks);
  assert.equal(distiller.id, 'dkd+sdd+lskd');
  const needs = { teacher: true, patches: [1, 2], features: false, teacherLogits: true };
  assert.deepEqual(distiller.needs, needs);
  assert.deepEqual(distiller.monitors, ['sdd.zeroed']);
  assert.ok(value(distiller.losses(step({ warmup: 1 }))['dkd']) > 0);
});

test('a missing or unfit teacher is refused', () => {
  assert.throws(
    () => createDistiller('kd', {}, { ...networks, teacher: null }),
    (error: unknown) => error instanceof UsageError && /kd needs a teacher/.test(error.message),
  );
  assert.throws(
    () => createDistiller('kd', {}, { ...networks, teacher: { name: 'resnet20', classes: 100 } }),
    (error: unknown) =>
      error instanceof UsageError &&
      error.code === 'METHOD_TEACHER' &&
      /resnet20 has 100 classes and the student resnet8 5/.test(error.message),
  );
});

function value(scalar: Scalar | undefined): number {
  assert.ok(scalar !== undefined);
  return scalar.dataSync()[0] as number;
}

function close(actual: Scalar | number | undefined, expected: number, tolerance = 1e-6): void {
  const own = typeof actual === 'number' ? actual : value(actual);
  assert.ok(Math.abs(own - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${own}`);
}

function crossEntropyByHand(logits: Tensor2D): number {
  const rows = logits.arraySync();
  const truth = labels.arraySync();
  const losses = rows.map((row, index) => {
    const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
    return Math.log(total) - (row[truth[index] as number] as number);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** A step of two networks that end in a 4x4 map of 3 channels. */
function step(scalars: Record<string, number> = {}) {
  return {
    student: network('student'),
    teacher: network('teacher'),
    labels,
    scalar: (name: string) => {
      assert.ok(name in scalars, name);
      return tf.scalar(scalars[name] as number);
    },
    draw: () => assert.fail('nothing is drawn'),
    param: () => tf.tensor1d([1]),
    update: () => assert.fail('nothing is updated'),
  };
}

function network(name: string): NetworkOutput {
  const stream = RandomStream.named(1, name);
  const numbers = (size: number) => Float32Array.from({ length: size }, () => stream.normal());
  const lastMap: Tensor4D = tf.tensor4d(numbers(3 * 4 * 4 * 3), [3, 4, 4, 3]);
  const weight = tf.tensor2d(numbers(3 * classes), [3, classes]);
  const pooled: Tensor2D = tf.mean(lastMap, [1, 2]);
  function classify(input: Tensor2D): Tensor2D;
  function classify(input: Tensor3D): Tensor3D;
  function classify(input: Tensor2D | Tensor3D): Tensor2D | Tensor3D {
    const flat = tf.matMul(tf.reshape(input, [-1, 3]) as Tensor2D, weight);
    if (input.rank === 2) return flat as Tensor2D;
    return tf.reshape(flat, [input.shape[0], -1, classes]) as Tensor3D;
  }
  return {
    logits: classify(pooled),
    features: [],
    preactFeatures: [],
    pooled,
    lastMap,
    classify,
  };
}
