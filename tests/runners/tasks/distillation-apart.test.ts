import '../../../runners/networks/all.ts';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import type { Hyper, Recipe } from '../../../contract/spec.ts';
import { createClassificationProgram } from '../../../runners/classification/program.ts';
import { classificationRecipe } from '../../../runners/classification/recipe.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { createNetwork } from '../../../runners/networks/registry.ts';
import { unusedField } from '../../../runners/tasks/recipe-use.ts';
import { tinyRecipe } from '../training/workers.ts';

const shape = { classes: 3, inputShape: [8, 8, 3] as const };
const network = createNetwork('resnet8', shape);
const teacher = createNetwork('resnet8', shape);
const teacherWeights = initialState(teacher.params, 'teacher');
const size = 4;
const noise = RandomStream.named(1, 'test/distillation-apart');
const batch = {
  images: Float32Array.from({ length: size * 8 * 8 * 3 }, () => noise.normal()),
  labels: Int32Array.from([0, 1, 2, 0]),
};
const rate = 0.05;
const momentum = 0.9;
const watched = 'student0/model/fc.weight';

/** The classifier's weights after every step of a training by KD. */
function weights(hyper: Hyper, delta: number | null, steps: number): readonly Float32Array[] {
  const optimizer: Recipe['optimizer'] = {
    kind: 'sgd',
    lr: rate,
    momentum,
    nesterov: false,
    weightDecay: 0,
    ...(delta === null ? {} : { delta }),
  };
  const program = createClassificationProgram({
    students: [
      {
        network,
        distiller: createDistiller('kd', hyper, { student: network, teacher }),
        recipe: { ...tinyRecipe, optimizer },
        seed: 3,
      },
    ],
    teacher: { network: teacher, weights: teacherWeights },
    batch: { full: size, tail: 0 },
    evaluation: { full: size, tail: 0 },
    mode: 'recorded',
  });
  try {
    const seen = () => program.program.readState([watched])[watched] as Float32Array;
    return [
      seen(),
      ...Array.from({ length: steps }, () => {
        program.step(batch, { learningRates: [rate], scalars: [{}], draws: [{}] });
        return seen();
      }),
    ];
  } finally {
    program.dispose();
  }
}

/** The first gradient of one of the two losses. */
function gradient(hyper: Hyper): Float32Array {
  const [before, after] = weights(hyper, null, 1) as [Float32Array, Float32Array];
  return before.map((value, index) => (value - (after[index] as number)) / rate);
}

it('a recorded step gives DOT the gradient of each loss, and adds to the right momentum', () => {
  const both = { ceWeight: 0.5, kdWeight: 0.5, temperature: 2 };
  const delta = 0.09;
  const [, oneOwn, twoOwn] = weights(both, delta, 2) as Float32Array[];
  const [, onePlain, twoPlain] = weights(both, null, 2) as Float32Array[];
  const close = (a: ArrayLike<number> = [], b: ArrayLike<number> = [], name = '') => {
    assert.equal(a.length, b.length);
    Array.from(a).forEach((value, index) => {
      const expected = b[index] as number;
      assert.ok(Math.abs(value - expected) < 2e-6, `${name} ${index}: ${value}, not ${expected}`);
    });
  };
  // Both buffers start empty: the first step is that of plain SGD.
  close(oneOwn, onePlain ?? [], 'first step');
  // In the second, the first gradient counts momentum + delta of the distillation loss, and
  // momentum - delta of the cross-entropy.
  const ce = gradient({ ...both, kdWeight: 0 });
  const kd = gradient({ ...both, ceWeight: 0 });
  const expected = (twoPlain ?? []).map(
    (value, index) => value + rate * delta * ((ce[index] as number) - (kd[index] as number)),
  );
  close(twoOwn, expected, 'second step');
  // The difference is far larger than what rounding could make.
  const moved = expected.map((value, index) => Math.abs(value - (twoPlain?.[index] as number)));
  assert.ok(Math.max(...moved) > 5e-4, `only ${Math.max(...moved)}`);
});

it('an optimizer that keeps the gradients apart is refused where there is one gradient', () => {
  const sgd = { kind: 'sgd', lr: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0, delta: 0.1 };
  const because = (more: object, optimizer: object = {}, setting: object = {}) => {
    const recipe = { ...tinyRecipe, ...more, optimizer: { ...sgd, ...optimizer } } as Recipe;
    const distils = { method: 'kd', hyper: { ceWeight: 1 }, taught: true, strongView: false };
    const found = unusedField(recipe, 'classification', classificationRecipe, {
      ...distils,
      ...setting,
    });
    return found === null ? null : [found.field, found.because];
  };
  assert.equal(because({}), null);
  for (const [more, optimizer, setting, text] of [
    [{}, {}, { taught: false }, /no distillation loss/],
    [{}, {}, { hyper: { ceWeight: 0 } }, /one gradient/],
    [{}, { nesterov: true }, {}, /plain momentum/],
    [{ clipNorm: 5 }, {}, {}, /clipped or scaled/],
    [{ precision: 'mixed' }, {}, {}, /clipped or scaled/],
  ] as const) {
    const [field, said] = because(more, optimizer, setting) ?? [];
    assert.equal(field, 'optimizer.delta');
    assert.match(said ?? '', text);
  }
});
