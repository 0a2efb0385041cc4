/*
 * Steps of the families of networks as they are recorded for a GPU, run by the CPU beside those
 * recorded for it. Tasks and methods: tests/bench/nodes.test.ts.
 */
import { describe, it } from 'node:test';
import { familyModels } from '../../bench/gpu-families.ts';
import { recordedFor } from '../../bench/gpu-operations.ts';
import { assertKnown } from '../bench/gpu-kernels.ts';
import { assertSameSteps } from '../bench/gpu-steps.ts';
import { trialOfFamily } from '../bench/gpu-trials.ts';

describe('a step recorded for a GPU', () => {
  for (const model of familyModels) {
    it(`of ${model} does what a CPU's does within rounding`, async () => {
      await assertSameSteps(await trialOfFamily(model), 2);
    });

    it(`of ${model} has kernels on a GPU, and copies nothing back but its results`, async () => {
      assertKnown(await recordedFor([[await trialOfFamily(model)]]));
    });
  }
});
