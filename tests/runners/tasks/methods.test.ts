import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scalar } from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../common/random.ts';
import {
  type ClassificationStudent,
  createClassificationProgram,
} from '../../../runners/classification/program.ts';
import { allMethods as methods } from '../../../runners/distillers/all.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { drawInputs } from '../../../runners/distillers/draws.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';
import { names } from '../../../runners/tasks/students.ts';
import { tinyRecipe } from '../training/workers.ts';
import { network, setting, size, smallHyper, teacher, teacherWeights } from './tiny-networks.ts';

function student(method: string): ClassificationStudent {
  const hyper = smallHyper[method] ?? {};
  const distiller = createDistiller(method, hyper, setting);
  return { network, distiller, recipe: tinyRecipe, seed: 3 };
}

const ids = [...methods.map(({ id }) => id), 'mlkd+lskd', 'vid+ctkd'];
const students = ids.map(student);
const program = createClassificationProgram({
  students,
  teacher: { network: teacher, weights: teacherWeights },
  batch: { full: size, tail: 0 },
  evaluation: { full: size, tail: 0 },
  mode: 'eager',
});
const noise = RandomStream.named(1, 'test/methods');
const pictures = () => Float32Array.from({ length: size * 32 * 32 * 3 }, () => noise.normal());
const batch = {
  images: pictures(),
  strong: pictures(),
  labels: Int32Array.from([0, 1, 2, 3]),
  indices: Int32Array.from([0, 1, 7, 13]),
};
const start = program.program.readState();
const reports = [1, 2].map((epoch) =>
  program.step(batch, {
    learningRates: ids.map(() => 0.01),
    scalars: students.map(({ distiller }) => distiller.scalars(epoch)),
    draws: students.map(({ distiller }) => drawInputs(distiller.draws, noise, batch)),
  }),
);
const end = program.program.readState();
program.dispose();

const changed = (name: string) =>
  (start[name] as Float32Array).some((value, index) => value !== end[name]?.[index]);

for (const [index, id] of ids.entries()) {
  test(`${id}: two steps give finite terms and move what is trained`, () => {
    for (const report of reports) {
      const terms = Object.entries(report[index]?.terms ?? {});
      assert.ok(
        terms.every(([, value]) => Number.isFinite(value)),
        JSON.stringify(terms),
      );
      if (id !== 'none') assert.ok(terms.length >= 2);
    }
    const { distiller, network } = students[index] as ClassificationStudent;
    for (const { name, trainable, kind } of distiller.params) {
      const own = names.method(index, name);
      // A bias before batch norm has no gradient but rounding, and weight decay leaves a zero where
      // it is.
      if (trainable && kind !== 'bias') assert.ok(changed(own), own);
    }
    assert.ok(changed(names.model(index, 'fc.weight')));
    assert.ok(network.params.length > 0);
  });
}

test('CRD moves the memory of the pictures of the batch and of no others, and sets its constants once', () => {
  const index = ids.indexOf('crd');
  const at = (state: typeof start, name: string) =>
    state[names.method(index, `contrast.${name}`)] as Float32Array;
  for (const memory of ['memory_v1', 'memory_v2']) {
    const [before, after] = [at(start, memory), at(end, memory)];
    const moved = Array.from({ length: 20 }, (_, picture) =>
      before
        .subarray(picture * 8, picture * 8 + 8)
        .some((value, dim) => value !== after[picture * 8 + dim]),
    );
    assert.deepEqual(
      moved.flatMap((each, picture) => (each ? [picture] : [])),
      [0, 1, 7, 13],
    );
    for (const picture of [0, 1, 7, 13]) {
      const vector = after.subarray(picture * 8, picture * 8 + 8);
      assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-6);
    }
  }
  assert.equal(at(start, 'Z_v1')[0], -1);
  assert.ok((at(end, 'Z_v1')[0] as number) > 0);
});

test('the teacher is left as it is, also where a method runs it with the statistics of the batch', () => {
  for (const { name } of teacher.params) assert.equal(changed(names.teacher(name)), false, name);
});

test('a term that is no single number is refused, with the names of method and term', () => {
  const { distiller, ...rest } = student('none');
  const perPicture = { ...distiller, id: 'mine' };
  perPicture.losses = ({ student: { logits } }) => ({ rows: tf.sum(logits, 1) as Scalar });
  const wrong = createClassificationProgram({
    students: [{ ...rest, distiller: perPicture }],
    teacher: null,
    batch: { full: size, tail: 0 },
    evaluation: { full: size, tail: 0 },
    mode: 'eager',
  });
  assert.throws(() => wrong.step(batch, { learningRates: [0.01], scalars: [{}], draws: [{}] }), {
    code: 'METHOD_SHAPE',
    message: /"mine": "rows" gave a tensor of shape \[4\]/,
  });
  wrong.dispose();
});
