import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadDenseStep } from '../../bench/dense-cases.ts';
import { loadExchange } from '../../bench/exchange-case.ts';
import type { StepCase } from '../../bench/step-cases.ts';

// Networks of a few channels: those of the bench take seconds a step.
const detection: StepCase = {
  name: 'small',
  task: 'detection',
  methods: ['fgd'],
  student: 'retinanet-r18w16-fpn32',
  teacher: 'retinanet-r18w32-fpn64',
};
const segmentation: StepCase = {
  name: 'small',
  task: 'segmentation',
  methods: ['cwd'],
  student: 'pspnet-r18w8-d8',
  teacher: 'pspnet-r18w16-d8',
};
const pictures = { batch: 2, side: 96, height: 64 };

for (const stepCase of [detection, segmentation]) {
  test(`a step of ${stepCase.task} learns from its batch: its losses fall`, async () => {
    const step = (await loadDenseStep(stepCase, pictures))('recorded');
    const losses = Array.from({ length: 4 }, () => step.step());
    step.dispose();
    assert.ok(losses.every(Number.isFinite), losses.join());
    assert.ok((losses.at(-1) as number) < (losses[0] as number), losses.join());
  });
}

test('the exchange of two processes can be repeated without the step between them', async () => {
  const exchange = (await loadExchange({ ...detection, exchange: true }, pictures))();
  for (let step = 0; step < 3; step += 1) await exchange.step();
  exchange.dispose();
});
