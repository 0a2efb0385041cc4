/*
 * A process that trains one network some steps in 32 bits and in mixed precision, from the same
 * state on the same batch, and prints losses and times as a line of JSON. Standard error is not
 * used.
 */

import { median } from './spread.ts';
import { prepareStep, stepPictures } from './step-cases.ts';

const stepCase = { name: 'resnet20', student: 'resnet20', teacher: null, methods: ['none'] };
const steps = 20;
/** The first steps record the graph and choose kernels. */
const warm = 3;

const run = (precision: 'mixed' | undefined) => {
  const prepared = prepareStep(stepCase, 'recorded', stepPictures.step, { precision });
  const losses: number[] = [];
  const times: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    const start = performance.now();
    losses.push(prepared.step()[0] as number);
    times.push(performance.now() - start);
  }
  prepared.dispose();
  return { losses, ms: median(times.slice(warm)) };
};

const whole = run(undefined);
const mixed = run('mixed');
process.stdout.write(`${JSON.stringify({ name: stepCase.name, whole, mixed })}\n`);
