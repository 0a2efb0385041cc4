import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { partsInWords, partsOf } from '../../contract/parts.ts';
import { loadRecipe } from '../../reference/recipes/loader.ts';

const recipe = { name: 'any', epochs: 1, batchSize: 16 };

describe('parts of batches', () => {
  it('are none where nothing divides a batch', () => {
    assert.equal(partsOf(recipe), null);
    assert.equal(partsOf(recipe, { samplesPerGpu: 16 }), null);
    assert.equal(partsOf(recipe, { samplesPerGpu: 1000, gpus: 1 }), null);
    assert.equal(partsOf({ ...recipe, epochs: 0 }, { samplesPerGpu: 3 }), null);
  });

  it('are shares of GPUs, or as many pictures as are asked for', () => {
    assert.deepEqual(partsOf(recipe, { gpus: 4 }), { size: 4, gpus: 4 });
    assert.deepEqual(partsOf(recipe, { samplesPerGpu: 2, gpus: 4 }), { size: 2, gpus: 4 });
    assert.deepEqual(partsOf({ ...recipe, samplesPerGpu: 8 }), { size: 8, gpus: 1 });
    assert.deepEqual(partsOf({ ...recipe, samplesPerGpu: 8 }, { gpus: 2 }), { size: 8, gpus: 2 });
    assert.equal(partsInWords(16, { size: 1, gpus: 4 }), '16 parts of 1 picture on 4 GPUs');
    assert.equal(partsInWords(16, { size: 8, gpus: 1 }), '2 parts of 8 pictures');
  });

  it('are refused where they do not divide', () => {
    const refused = (asked: Parameters<typeof partsOf>[1], message: RegExp, own = recipe) =>
      assert.throws(() => partsOf(own, asked), { code: 'TRIAL_PARTS', message });
    refused({ samplesPerGpu: 3 }, /no whole number of parts of 3/);
    refused({ gpus: 3 }, /parts of 5/);
    refused({ samplesPerGpu: 8, gpus: 4 }, /2 parts, which 4 GPUs cannot share/);
    refused({ samplesPerGpu: 16, gpus: 2 }, /are one part, which 2 GPUs cannot share/);
    const stated = { ...recipe, samplesPerGpu: 8 };
    refused({ samplesPerGpu: 4 }, /samplesPerGpu is 8, and --samples-per-gpu 4/, stated);
  });
});

describe('recipes with another batch', () => {
  it('have the rate of the named one, unless it is scaled', () => {
    const { batchSize, optimizer } = loadRecipe('cifar-240');
    const other = { batchSize: 4 * batchSize };
    assert.equal(loadRecipe('cifar-240', other).optimizer.lr, optimizer.lr);
    const scaled = loadRecipe('cifar-240', { ...other, autoScaleLr: true });
    assert.equal(scaled.optimizer.lr, 4 * optimizer.lr);
    assert.ok(!('autoScaleLr' in scaled));
    const divided = loadRecipe('cifar-240', { samplesPerGpu: batchSize / 2 });
    assert.equal(divided.optimizer.lr, optimizer.lr);
    assert.throws(() => loadRecipe('cifar-240', { autoScaleLr: true }), /batch stays at 64/);
  });

  it('have parts that divide them', () => {
    for (const samplesPerGpu of [64, 48, 128]) {
      assert.throws(() => loadRecipe('cifar-240', { samplesPerGpu }), {
        code: 'RECIPE_FIELD',
        message: /no whole number of parts/,
      });
    }
  });
});
