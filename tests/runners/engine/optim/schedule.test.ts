import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ScheduleRecipe } from '../../../../contract/spec.ts';
import { learningRate } from '../../../../runners/engine/optim/index.ts';

const recipe = (schedule: ScheduleRecipe, epochs = 240) => ({
  optimizer: { lr: 0.1 },
  schedule,
  epochs,
});
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} instead of ${expected}`);

// Whole lists of official rates are in the parity tests; here are the moments between them.
describe('learning rate', () => {
  it('of multistep falls with the first step of epoch 151 when 150 epochs are complete', () => {
    const plan = recipe({
      kind: 'multistep',
      milestones: [150, 180, 210],
      gamma: 0.1,
      warmupEpochs: 0,
    });
    near(learningRate(plan, 150, 781, 782), 0.1);
    near(learningRate(plan, 151, 0, 782), 0.01);
    near(learningRate(plan, 240, 0, 782), 0.0001);
  });

  it('warms up step by step from a thousandth unless the recipe says otherwise', () => {
    const plan = recipe({ kind: 'constant', warmupEpochs: 2 });
    near(learningRate(plan, 1, 0, 10), 0.0001);
    near(learningRate(plan, 2, 0, 10), 0.05005);
    near(learningRate(plan, 3, 0, 10), 0.1);
  });

  it('stays at a factor to the end of a constant warm-up', () => {
    const warmup = { by: 'step', startFactor: 0.25, steps: 3, shape: 'constant' } as const;
    const plan = recipe({ kind: 'constant', warmupEpochs: 0, warmup });
    near(learningRate(plan, 1, 0, 10), 0.025);
    near(learningRate(plan, 1, 2, 10), 0.025);
    near(learningRate(plan, 1, 3, 10), 0.1);
  });

  it('is constant within an epoch of a warm-up by epochs', () => {
    const plan = recipe({
      kind: 'constant',
      warmupEpochs: 4,
      warmup: { by: 'epoch', startLr: 0.02 },
    });
    near(learningRate(plan, 1, 9, 10), 0.02);
    near(learningRate(plan, 2, 0, 10), 0.04);
    near(learningRate(plan, 2, 9, 10), 0.04);
    near(learningRate(plan, 5, 0, 10), 0.1);
  });

  it('of poly ends at its least rate and stays there', () => {
    const plan = recipe({ kind: 'poly', power: 0.9, minLr: 0.001, warmupEpochs: 0 }, 2);
    near(learningRate(plan, 1, 0, 10), 0.1);
    near(learningRate(plan, 2, 0, 10), 0.001 + 0.099 * 0.5 ** 0.9);
    near(learningRate(plan, 3, 0, 10), 0.001);
  });
});
