import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  loadRecipe,
  mergeOverrides,
  type RecipeOverrides,
  recipeInfo,
  recipeNames,
} from '../../reference/recipes/loader.ts';

test('cifar-240 is the common protocol, every default written out', () => {
  assert.deepEqual(loadRecipe('cifar-240'), {
    name: 'cifar-240',
    epochs: 240,
    batchSize: 64,
    dropLast: false,
    optimizer: { kind: 'sgd', lr: 0.05, momentum: 0.9, nesterov: false, weightDecay: 5e-4 },
    schedule: { kind: 'multistep', warmupEpochs: 0, milestones: [150, 180, 210], gamma: 0.1 },
    augmentation: { crop: { padding: 4 }, flip: true },
    labelSmoothing: 0,
    trainPictures: null,
  });
  assert.match(recipeInfo('cifar-240').source[0] ?? '', /@a08d46f10d61:configs/);
});

test('MobileNets and ShuffleNets learn at 0.01, unless an override says otherwise', () => {
  assert.equal(loadRecipe('cifar-240', {}, 'shufflenetv2').optimizer.lr, 0.01);
  assert.equal(loadRecipe('cifar-240', {}, 'resnet8x4').optimizer.lr, 0.05);
  assert.equal(
    loadRecipe('cifar-240', { optimizer: { lr: 0.02 } }, 'shufflenetv2').optimizer.lr,
    0.02,
  );
});

test('every recipe loads', () => {
  for (const name of recipeNames()) assert.equal(loadRecipe(name).name, name);
});

test('MGD changes the colours of Cityscapes as mmsegmentation does, CWD does not', () => {
  const distortionOf = (name: string) => loadRecipe(name).augmentation.distortion;
  assert.deepEqual(distortionOf('cityscapes-mgd-40k'), {
    kind: 'photometric',
    brightness: 32,
    contrast: [0.5, 1.5],
    saturation: [0.5, 1.5],
    hue: 18,
  });
  assert.equal(distortionOf('cityscapes-cwd-40k'), undefined);
  assert.equal(Object.hasOwn(loadRecipe('cityscapes-cwd-40k').augmentation, 'distortion'), false);
});

test('another kind replaces a part as a whole, the same kind changes the named fields', () => {
  const { schedule, optimizer } = loadRecipe('cifar-240', {
    schedule: { kind: 'cosine', warmupEpochs: 5 },
    optimizer: { kind: 'adamw', lr: 1e-3 },
  });
  assert.deepEqual(schedule, { kind: 'cosine', warmupEpochs: 5, minLr: 0 });
  assert.deepEqual(optimizer, {
    kind: 'adamw',
    lr: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.01,
  });
});

test('contradictory recipes are refused', () => {
  assert.throws(
    () => loadRecipe('cifar240'),
    /No recipe is called "cifar240"\. Did you mean "cifar-240"\?/,
  );
  assert.throws(
    () => loadRecipe('cifar-240', { epochs: 60 }),
    /milestone 150 is never reached in 60 epochs/,
  );
  assert.throws(
    () => loadRecipe('cifar-240', { schedule: { milestones: [20, 10] } }),
    /milestones must ascend, not 20, 10/,
  );
  assert.throws(
    () => loadRecipe('cifar-240', { schedule: { minLr: 1 } }),
    /the schedule multistep has no field "minLr"/,
  );
  assert.throws(
    () => loadRecipe('cifar-240', { schedule: { kind: 'multistep', warmupEpochs: 300 } }),
    /warm-up of 300 epochs fills all 240/,
  );
  assert.throws(
    () => loadRecipe('cifar-240', { optimizer: { kind: 'adamw' } }),
    /needs the field "lr"/,
  );
});

test('later overrides win, field by field', () => {
  const merged = mergeOverrides(
    { epochs: 10, optimizer: { lr: 0.1, momentum: 0.5 } },
    { optimizer: { lr: 0.2 }, trainPictures: 100 },
  );
  assert.deepEqual(merged, {
    epochs: 10,
    optimizer: { lr: 0.2, momentum: 0.5 },
    trainPictures: 100,
  });
});

test('fields of dense tasks are absent where they are not used, so that identities stay', () => {
  const dense = {
    input: { kind: 'keep-ratio', long: 1333, short: 800 },
    clipNorm: 35,
    frozenStages: 1,
    normEval: true,
    initStudent: true,
  } as const;
  const recipe = loadRecipe('cifar-240', dense);
  const { clipNorm, frozenStages, normEval, initStudent, input } = recipe;
  assert.deepEqual({ input, clipNorm, frozenStages, normEval, initStudent }, dense);
  const takenBack = mergeOverrides(dense, {
    input: null,
    clipNorm: null,
    frozenStages: null,
    normEval: false,
    initStudent: false,
  });
  assert.deepEqual(loadRecipe('cifar-240', takenBack), loadRecipe('cifar-240'));
});

test('precision is part of a recipe only where it is mixed', () => {
  const recipe = loadRecipe('cifar-240', { precision: 'mixed' });
  assert.equal(recipe.precision, 'mixed');
  const takenBack = mergeOverrides({ precision: 'mixed' }, { precision: null });
  assert.deepEqual(loadRecipe('cifar-240', takenBack), loadRecipe('cifar-240'));
});

test('iterations are cut into equal parts', () => {
  assert.equal(loadRecipe('cifar-240', { iterations: 48_000 }).iterations, 48_000);
  assert.throws(
    () => loadRecipe('cifar-240', { iterations: 1000 }),
    /1000 iterations .* 240 equal/,
  );
});

test('an input has one spelling, and says what it needs', () => {
  const inputOf = (input: NonNullable<RecipeOverrides['input']>) =>
    loadRecipe('cifar-240', { input }).input;
  const square = { kind: 'random-resized-crop', size: 224 } as const;
  assert.deepEqual(inputOf({ ...square, cropShare: 0.9 }), { ...square, resize: 248 });
  assert.deepEqual(
    inputOf({
      ...{ ...square, resize: 256, scale: [0.08, 1], ratio: [3 / 4, 4 / 3] },
      ...{ interpolation: 'bilinear', testInterpolation: 'bilinear' },
    }),
    { ...square, resize: 256 },
  );
  const cubic = { ...square, resize: 248, interpolation: 'bicubic' } as const;
  assert.deepEqual(inputOf({ ...cubic, testInterpolation: 'bicubic' }), cubic);
  const random = { ...square, resize: 248, interpolation: 'random' } as const;
  assert.deepEqual(inputOf({ ...random, testInterpolation: 'bilinear' }), random);
  const said = (given: object) => () => inputOf({ ...square, resize: 256, ...given } as never);
  assert.throws(said({ resize: undefined }), /needs resize or cropShare/);
  assert.throws(said({ cropShare: 0.875 }), /not both/);
  assert.throws(said({ resize: 200 }), /to 200, less than the size 224/);
  assert.throws(said({ scale: [0.5, 0.2] }), /scale must ascend/);
  assert.throws(said({ kind: 'random-crop', ratio: [1, 2] }), /ratio is without effect/);
});
