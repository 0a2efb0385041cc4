import '../../../runners/distillers/all.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../common/random.ts';
import type { Hyper } from '../../../contract/spec.ts';
import { partsOf, resolveHyper } from '../../../runners/distillers/hyper.ts';
import { logitLoss } from '../../../runners/distillers/logit-loss.ts';
import { logitParts } from '../../../runners/distillers/logit-parts.ts';
import { parseMethod } from '../../../runners/distillers/method-id.ts';
import { regionWeights } from '../../../runners/distillers/plugins/sdd.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';

interface Setting {
  readonly student: Tensor2D;
  readonly teacher: Tensor2D;
  readonly labels: Tensor1D;
  readonly studentPatches?: Tensor3D;
  readonly teacherPatches?: Tensor3D;
  readonly lambda?: number;
  /** CTKD's raw temperature; 1 where it starts. */
  readonly raw?: number;
}

const batch = 4;
const classes = 6;
const stream = RandomStream.named(7, 'test/losses');
const normal = (size: number, scale = 2) =>
  Float32Array.from({ length: size }, () => scale * stream.normal());
const setting: Setting = {
  student: tf.tensor2d(normal(batch * classes), [batch, classes]),
  teacher: tf.tensor2d(normal(batch * classes), [batch, classes]),
  labels: tf.tensor1d([0, 5, 2, 2], 'int32'),
};

/** Loss, gradient to the student's logits (or patches) and to CTKD's raw temperature. */
function evaluate(id: string, given: Setting, overrides: Hyper = {}) {
  const parsed = parseMethod(id);
  const hyper = resolveHyper(parsed, overrides);
  const [method, plugins] = logitParts(parsed, hyper);
  const seen: Record<string, number> = {};
  const wanted = given.studentPatches ?? given.student;
  const { value, grads } = tf.valueAndGrads((student: Tensor, raw: Tensor) => {
    const loss = logitLoss(method, plugins, {
      student: given.studentPatches === undefined ? (student as Tensor2D) : given.student,
      teacher: given.teacher,
      labels: given.labels,
      patches: () => ({
        student: student as Tensor3D,
        teacher: given.teacherPatches as Tensor3D,
      }),
      param: () => raw,
      scalar: () => tf.scalar(given.lambda ?? -1),
      monitor: (name, scalar) => {
        seen[name] = scalar.dataSync()[0] as number;
      },
    });
    // The raw temperature must have a path to the loss whatever the method.
    return tf.add(loss, tf.mul(tf.sum(raw), 0)) as Scalar;
  })([wanted, tf.tensor1d([given.raw ?? 1])]);
  return {
    loss: value.dataSync()[0] as number,
    student: grads[0]?.dataSync() as Float32Array,
    raw: grads[1]?.dataSync()[0] as number,
    seen,
  };
}

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let index = 0; index < expected.length; index += 1) {
    const [a, b] = [actual[index] as number, expected[index] as number];
    assert.ok(Math.abs(a - b) <= tolerance, `${a} and ${b} at ${index}`);
  }
}

test('LSKD does not see shifts and scales of the logits; KD does', () => {
  const moved: Setting = {
    ...setting,
    student: setting.student.mul(3).add(5),
    teacher: setting.teacher.mul(0.5).sub(1),
  };
  for (const id of ['kd+lskd', 'dkd+lskd', 'nkd+lskd']) {
    const [here, there] = [evaluate(id, setting), evaluate(id, moved)];
    close([there.loss], [here.loss], 1e-5 * here.loss);
    // The gradient is that of the standardized row, divided by the scale of the raw one.
    close(
      there.student.map((value) => value * 3),
      here.student,
      1e-5,
    );
  }
  assert.ok(Math.abs(evaluate('kd', moved).loss - evaluate('kd', setting).loss) > 0.1);
});

test('a standardized row has mean 0 and its gradient is orthogonal to shift and scale', () => {
  const { student } = evaluate('dkd+lskd', setting);
  const rows = setting.student.dataSync();
  for (let row = 0; row < batch; row += 1) {
    let [shift, scale] = [0, 0];
    for (let c = 0; c < classes; c += 1) {
      shift += student[row * classes + c] as number;
      scale += (student[row * classes + c] as number) * (rows[row * classes + c] as number);
    }
    close([shift, scale], [0, 0], 1e-5);
  }
});

test('SDD with one region is the method itself', () => {
  const patched: Setting = {
    ...setting,
    studentPatches: setting.student.expandDims(2) as Tensor3D,
    teacherPatches: setting.teacher.expandDims(2) as Tensor3D,
  };
  for (const id of ['kd', 'dkd', 'nkd']) {
    const same = { temperature: 4, ...(id === 'nkd' ? { gamma: 8 } : {}) };
    const plain = evaluate(id, setting, same);
    const sdd = evaluate(`${id}+sdd`, patched, same);
    close([sdd.loss], [plain.loss], 1e-6 * plain.loss);
    close(sdd.student, plain.student, 1e-6);
    assert.deepEqual(sdd.seen, { 'sdd.zeroed': 0 });
  }
});

test('SDD with M = [1] uses the global logits and asks for no patches', () => {
  const patches = (M: string) => partsOf(parseMethod('kd+sdd')).plugins[0]?.with({ M }).patches;
  assert.equal(patches('[1]'), null);
  assert.deepEqual(patches('[1,2]'), [1, 2]);
  assert.equal(evaluate('kd+sdd', setting, { M: '[1]' }).loss, evaluate('kd', setting).loss);
});

test('SDD weighs regions by the teacher alone: 2 where right and wrong differ from the whole picture', () => {
  // Predictions of the teacher per region; the label is class 1 twice.
  const predictions = [
    [1, 1, 0, 2],
    [0, 1, 0, 2],
  ];
  const logits = predictions.map((regions) =>
    [0, 1, 2].map((c) => regions.map((predicted) => (predicted === c ? 1 : 0))),
  );
  const weights = regionWeights(tf.tensor3d(logits), tf.tensor1d([1, 1], 'int32'), 2);
  assert.deepEqual(weights.arraySync(), [
    [1, 1, 2, 2],
    [1, 2, 1, 1],
  ]);
});

test('SDD replaces a loss that is not finite by 0 without gradient, and counts it', () => {
  const teacher = setting.teacher.expandDims(2) as Tensor3D;
  const patched: Setting = {
    ...setting,
    studentPatches: setting.student.expandDims(2) as Tensor3D,
    teacherPatches: tf.where(tf.greater(teacher, 1), Number.NaN, teacher),
  };
  for (const id of ['dkd+sdd', 'dkd+sdd+lskd', 'dkd+sdd+ctkd']) {
    const result = evaluate(id, patched);
    assert.equal(result.loss, 0, id);
    assert.equal(result.seen['sdd.zeroed'], 1);
    assert.ok(result.student.every((value) => value === 0));
    assert.equal(Math.abs(result.raw), 0);
  }
});

test('CTKD reverses the gradient of the temperature and of nothing else', () => {
  for (const id of ['kd+ctkd', 'dkd+ctkd', 'nkd+ctkd', 'kd+lskd+ctkd']) {
    const against = evaluate(id, { ...setting, lambda: -1 });
    const along = evaluate(id, { ...setting, lambda: 1 });
    const half = evaluate(id, { ...setting, lambda: -0.5 });
    assert.ok(Math.abs(along.raw) > 1e-6, id);
    assert.equal(against.raw, -along.raw);
    assert.equal(half.raw, -along.raw / 2);
    assert.equal(against.loss, along.loss);
    assert.deepEqual(against.student, along.student);
    close([against.seen['ctkd.temperature'] as number], [1 + 20 / (1 + Math.exp(-1))], 1e-5);
  }
});

test("CTKD's gradient to the raw temperature is the derivative of the loss", () => {
  const parsed = parseMethod('dkd+ctkd');
  const hyper = resolveHyper(parsed);
  const [method, plugins] = logitParts(parsed, hyper);
  const lossAt = (raw: number) =>
    logitLoss(method, plugins, {
      ...setting,
      patches: () => assert.fail(),
      param: () => tf.tensor1d([raw]),
      scalar: () => tf.scalar(1),
      monitor: () => {},
    }).dataSync()[0] as number;
  const [at, step] = [-2, 0.05];
  const numeric = (lossAt(at + step) - lossAt(at - step)) / (2 * step);
  const { raw } = evaluate('dkd+ctkd', { ...setting, lambda: 1, raw: at });
  assert.ok(Math.abs(raw - numeric) <= 0.01 * Math.abs(raw), `${raw} and ${numeric}`);
});

test('the two forms of DKD are equal where both are finite; the stable one is finite everywhere', () => {
  const official = evaluate('dkd', setting, { form: 'official' });
  const stable = evaluate('dkd', setting);
  close([stable.loss], [official.loss], 1e-5 * official.loss);
  close(stable.student, official.student, 1e-5);
  const extreme: Setting = { ...setting, student: setting.student.mul(500) };
  assert.ok(!Number.isFinite(evaluate('dkd', extreme, { form: 'official' }).loss));
  const finite = evaluate('dkd', extreme);
  assert.ok(Number.isFinite(finite.loss) && finite.loss > 100);
  assert.ok(finite.student.every(Number.isFinite));
});

test('the two forms of NKD differ by the target class only', () => {
  const masked = (logits: Tensor2D) =>
    tf.where(tf.oneHot(setting.labels, classes).cast('bool'), -1e9, logits) as Tensor2D;
  const gamma = 2;
  const targetTerm = (form: string) => evaluate('nkd', setting, { form, gamma: 0 }).loss;
  assert.equal(targetTerm('paper'), targetTerm('official'));
  const paper = evaluate('nkd', setting, { form: 'paper', gamma }).loss - targetTerm('paper');
  const withoutTarget = {
    ...setting,
    student: masked(setting.student),
    teacher: masked(setting.teacher),
  };
  const official =
    evaluate('nkd', withoutTarget, { form: 'official', gamma }).loss -
    evaluate('nkd', withoutTarget, { form: 'official', gamma: 0 }).loss;
  close([paper], [official], 1e-5 * Math.abs(official));
});

test('equal networks have no KD loss and exactly no gradient', () => {
  const same: Setting = { ...setting, teacher: setting.student.clone() };
  for (const id of ['kd', 'kd+lskd', 'dkd', 'dkd+lskd']) {
    const { loss, student } = evaluate(id, same);
    assert.equal(loss, 0, id);
    assert.ok(student.every((value) => value === 0));
  }
});
