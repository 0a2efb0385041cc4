import '../../../runners/networks/all.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import type { Recipe } from '../../../contract/spec.ts';
import { catalogues } from '../../../runners/catalogue/catalogue.ts';
import {
  type ClassificationStudent,
  createClassificationProgram,
} from '../../../runners/classification/program.ts';
import type { Mix } from '../../../runners/data/augment/mix.ts';
import { allMethods as methods } from '../../../runners/distillers/all.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { drawInputs } from '../../../runners/distillers/draws.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { createNetwork } from '../../../runners/networks/registry.ts';
import { type UnusedField, unusedError } from '../../../runners/tasks/recipe-use.ts';
import { tinyRecipe } from '../training/workers.ts';

// What mixed labels are, is compared with timm's by `verify`: losses/timm_targets.json,
// augment/mixup.json, trajectory/timm_*.json.

const mix = { mixup: 0.8, cutmix: 1, probability: 1, switch: 0.5 };
const recipe: Recipe = {
  ...tinyRecipe,
  labelSmoothing: 0.1,
  augmentation: { crop: null, flip: false, mix },
};
const classes = 5;
const size = 4;
const shape = { classes, inputShape: [32, 32, 3] as const };
const teacher = createNetwork('resnet14', shape);
const teacherWeights = initialState(teacher.params, 'teacher');
const overrides = { crd: { nceK: 6, featDim: 8 }, correlation: { featDim: 8 } } as const;

const { classification } = catalogues;
const refusal = (method: string) =>
  classification.unusedField(recipe, {
    method,
    hyper: classification.resolveHyper(method, {}, 'resnet8'),
    taught: classification.needsTeacher(method),
    strongView: classification.needsStrongView(method),
  });

/** Terms of each method's first step on one batch, all from the same weights. */
function firstTerms(ids: readonly string[], given: Mix | null) {
  const network = createNetwork('resnet8', shape);
  const own = given === null ? { ...recipe, augmentation: { crop: null, flip: false } } : recipe;
  const students = ids.map((id): ClassificationStudent => {
    const hyper = overrides[id as keyof typeof overrides] ?? {};
    const trainLabels = Int32Array.from({ length: 20 }, (_, index) => index % classes);
    const networks = {
      student: network,
      teacher,
      labelSmoothing: 0.1,
      trainLabels,
      teacherWeights,
    };
    return { network, distiller: createDistiller(id, hyper, networks), recipe: own, seed: 3 };
  });
  const program = createClassificationProgram({
    students,
    teacher: { network: teacher, weights: teacherWeights },
    batch: { full: size, tail: 0 },
    evaluation: { full: size, tail: 0 },
    mode: 'eager',
  });
  const noise = RandomStream.named(1, 'test/mixed');
  const batch = {
    images: Float32Array.from({ length: size * 32 * 32 * 3 }, () => noise.normal()),
    labels: Int32Array.from([0, 1, 2, 3]),
    indices: Int32Array.from([0, 1, 7, 13]),
    ...(given !== null && { changes: { mix: given } }),
  };
  const reports = program.step(batch, {
    learningRates: ids.map(() => 0.01),
    scalars: students.map(({ distiller }) => distiller.scalars(1)),
    draws: students.map(({ distiller }) => drawInputs(distiller.draws, noise, batch)),
  });
  program.dispose();
  return reports.map(({ terms }, index) => ({
    terms,
    weight: Number(students[index]?.distiller.hyper['ceWeight'] ?? 1),
  }));
}

describe('mixed labels', () => {
  it('are refused, with a reason, by what needs one class per picture or one view of it', () => {
    const ids = [...methods.map(({ id }) => id), 'kd+sdd', 'dkd+sdd', 'mlkd+lskd', 'kd+ctkd'];
    const refused = ids.filter((id) => refusal(id) !== null);
    assert.deepEqual(refused.sort(), ['dkd+sdd', 'kd+sdd', 'mlkd', 'mlkd+lskd', 'nkd']);
    for (const id of refused) assert.equal(refusal(id)?.field, 'augmentation.mix', id);
    const { message } = unusedError('mixing', refusal('nkd') as UnusedField);
    assert.match(message, /recipe mixing cannot be used: nkd needs one true class per picture/);
  });

  it('reach the cross-entropy of every other method, smoothed and mixed', () => {
    const ids = methods.map(({ id }) => id).filter((id) => refusal(id) === null);
    const known = firstTerms(['none'], { share: 0.7, box: null })[0]?.terms['ce'] ?? 0;
    for (const [index, { terms, weight }] of firstTerms(ids, { share: 0.7, box: null }).entries()) {
      const id = ids[index] as string;
      assert.ok(Object.values(terms).every(Number.isFinite), `${id}: ${JSON.stringify(terms)}`);
      assert.ok(Math.abs((terms['ce'] ?? 0) - weight * known) < 1e-6 * Math.abs(known), id);
    }
  });

  it('with a share of 1 are the labels as they are', () => {
    const whole = firstTerms(['kd', 'dkd', 'ofa'], { share: 1, box: null });
    const plain = firstTerms(['kd', 'dkd', 'ofa'], null);
    whole.forEach(({ terms }, index) => {
      for (const [name, value] of Object.entries(terms)) {
        const expected = plain[index]?.terms[name] as number;
        assert.ok(Math.abs(value - expected) <= 2e-6 * Math.abs(expected), name);
      }
    });
  });

  it('must come with every batch of a recipe that mixes, and with no other', () => {
    const network = createNetwork('resnet8', shape);
    const distiller = createDistiller('none', {}, { student: network, teacher: null });
    const program = createClassificationProgram({
      students: [{ network, distiller, recipe, seed: 3 }],
      teacher: null,
      batch: { full: size, tail: 0 },
      evaluation: { full: size, tail: 0 },
      mode: 'eager',
    });
    const batch = { images: new Float32Array(size * 3072), labels: new Int32Array(size) };
    const inputs = { learningRates: [0.1], scalars: [{}], draws: [{}] };
    assert.throws(() => program.step(batch, inputs), /mixes pictures where its recipe does/);
    program.dispose();
  });
});
