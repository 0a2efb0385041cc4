import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { UsageError } from '../../../../common/errors.ts';
import { RandomStream } from '../../../../common/random.ts';
import type { Hyper } from '../../../../contract/spec.ts';
import { allDenseMethods as denseMethods } from '../../../../runners/distillers/all.ts';
import { createDenseDistiller } from '../../../../runners/distillers/dense/create.ts';
import type {
  DenseDistiller,
  DenseOutput,
  DenseShapes,
} from '../../../../runners/distillers/dense/types.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';
import { initialState } from '../../../../runners/networks/init.ts';

const classes = 4;
const shapes = (family: DenseShapes['family'], name: string, channels: number): DenseShapes => ({
  name,
  family,
  features: [channels, channels],
  strides: [8, 16],
  embedding: family === 'segmenter' ? channels : null,
  logits: family === 'segmenter' ? [classes] : [],
});

function random(shape: number[], stream: RandomStream): Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => stream.normal()),
    shape,
  );
}

function output(batch: number, { features, embedding, logits }: DenseShapes, seed: string) {
  const stream = RandomStream.named(1, seed);
  const map = (channels: number, side: number) =>
    random([batch, side, side, channels], stream) as Tensor4D;
  return {
    features: features.map((channels, level) => map(channels, 4 / 2 ** level)),
    embedding: embedding === null ? null : map(embedding, 8),
    logits: logits.map((channels) => map(channels, 8)),
  };
}

/** The first pictures of an output. */
function first(count: number, whole: DenseOutput): DenseOutput {
  const cut = (map: Tensor4D) => tf.slice(map, 0, count);
  return {
    features: whole.features.map(cut),
    embedding: whole.embedding === null ? null : cut(whole.embedding),
    logits: whole.logits.map(cut),
  };
}

/** [B, 9, 9] labels with ignored pixels among them. */
const labelMap = (batch: number) =>
  tf.tensor3d(
    Int32Array.from({ length: batch * 81 }, (_, at) => (at % 7 === 0 ? 255 : (at >> 2) % classes)),
    [batch, 9, 9],
    'int32',
  );

function sum(
  distiller: DenseDistiller,
  student: DenseOutput,
  teacher: DenseOutput,
  present: Tensor1D | null,
): number {
  const batch = (student.features[0] as Tensor4D).shape[0];
  const state = initialState(distiller.params, 3);
  const terms = distiller.terms({
    student,
    teacher,
    present,
    labels: labelMap(batch),
    scalar: () => tf.scalar(1),
    rate: () => tf.scalar(1),
    draw: (name) => {
      const maps = student.features.map(({ shape }) => [shape[1], shape[2]] as const);
      const declared = distiller.draws[name]?.shape(3, maps) ?? [];
      return tf.slice(random([...declared], RandomStream.named(1, name)), 0, batch);
    },
    region: (name) => {
      const [, height, width] = (student.features[Number(name.at(-1))] as Tensor4D).shape;
      return tf.fill([batch, height, width], 0.25);
    },
    param: (name) => {
      const { shape } = distiller.params.find((param) => param.name === name) as {
        shape: readonly number[];
      };
      return tf.tensor(state[name] as Float32Array, [...shape]);
    },
    update: () => {},
  });
  return (tf.addN(Object.values(terms)).dataSync() as Float32Array)[0] as number;
}

/** Maps of 8 x 8 can be halved once, and FGFI begins after 400 steps. */
const small: Readonly<Record<string, Hyper>> = {
  ho: { strides: 1, width: 8 },
  fgfi: { warmupSteps: 0 },
};

const studied = denseMethods.filter(({ needsTeacher }) => needsTeacher);

describe('losses of dense methods', () => {
  for (const { id, refuses } of studied) {
    const family = (refuses?.('segmenter') ?? null) === null ? 'segmenter' : 'anchor-based';
    const own = shapes(family, 'student', 6);
    const other = shapes(family, 'teacher', 8);
    const distiller = createDenseDistiller(id, small[id] ?? {}, {
      student: own,
      teacher: other,
    });
    const [student, teacher] = [output(3, own, 'student'), output(3, other, 'teacher')];

    it(`${id}: an empty slot of the batch does not count`, () => {
      const padded = sum(distiller, student, teacher, tf.tensor1d([1, 1, 0]));
      const alone = sum(distiller, first(2, student), first(2, teacher), null);
      // Batch norm of a connector or of a discriminator sees the whole batch.
      const norms = distiller.params.some(({ kind }) => kind === 'running_mean');
      if (norms || distiller.pictures !== 'apart') return;
      assert.ok(Math.abs(padded - alone) <= 1e-5 * Math.abs(alone), `${padded} and ${alone}`);
    });

    it(`${id}: without empty slots, saying so changes nothing`, () => {
      const all = sum(distiller, student, teacher, tf.ones([3]) as Tensor1D);
      const unsaid = sum(distiller, student, teacher, null);
      assert.ok(Math.abs(all - unsaid) <= 1e-6 * Math.abs(unsaid));
      // Scores of a discriminator have either sign.
      assert.ok(Number.isFinite(all) && (id === 'ho' || all > 0));
    });
  }

  it('of holistic distillation need maps that its discriminator can halve', () => {
    const own = shapes('segmenter', 'network', 6);
    const distiller = createDenseDistiller('ho', {}, { student: own, teacher: own });
    const maps = output(2, own, 'network');
    assert.throws(
      () => sum(distiller, maps, maps, null),
      (error: unknown) =>
        error instanceof UsageError &&
        error.code === 'METHOD_NETWORKS' &&
        /64 positions a side, and those of logits have 8 x 8/.test(error.message),
    );
  });

  it('of one network with itself are 0 for those that compare maps as they are', () => {
    for (const [id, family] of [
      ['cwd', 'segmenter'],
      ['kd', 'segmenter'],
      ...(['at', 'local', 'pa', 'ifvd'] as const).map((id) => [id, 'segmenter'] as const),
      ['fgd', 'anchor-based'],
    ] as const) {
      const own = shapes(family, 'network', 6);
      const distiller = createDenseDistiller(id, {}, { student: own, teacher: own });
      const maps = output(2, own, 'network');
      assert.ok(Math.abs(sum(distiller, maps, maps, null)) < 1e-6, id);
    }
  });

  it("of a detector's class logits are those of features that have the same values", () => {
    const logits = (name: string): DenseShapes => ({
      ...shapes('anchor-free', name, classes),
      logits: [classes, classes],
    });
    const networks = { student: logits('student'), teacher: logits('teacher') };
    const swapped = (maps: DenseOutput): DenseOutput => ({ ...maps, logits: maps.features });
    const [student, teacher] = [
      output(3, networks.student, 'student'),
      output(3, networks.teacher, 'teacher'),
    ];
    for (const levels of [1, 2]) {
      const on = (what: string) =>
        createDenseDistiller('cwd', { on: what, levels, weight: 5 }, networks);
      const expected = sum(on('features'), student, teacher, null);
      assert.equal(sum(on('logits'), swapped(student), swapped(teacher), null), expected);
      assert.ok(expected > 0);
    }
  });
});
