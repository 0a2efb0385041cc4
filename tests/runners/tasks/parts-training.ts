import assert from 'node:assert/strict';
import { sha256 } from '../../../common/canonical.ts';
import { RandomStream } from '../../../common/random.ts';
import type { Recipe, TrialSpec } from '../../../contract/spec.ts';
import type { DenseBatch } from '../../../runners/data/dense/batch.ts';
import { detection } from '../../../runners/detection/task.ts';
import { initialState } from '../../../runners/networks/init.ts';
import type { Parts } from '../../../runners/tasks/parts/team.ts';
import { sceneRecipe, sceneTrial, trainEpoch } from './scenes.ts';

const recipe: Recipe = {
  ...sceneRecipe,
  batchSize: 4,
  clipNorm: 1,
  // Batches of four and of three: the last one has an empty slot.
  trainPictures: 7,
  normEval: true,
};

/**
 * Reports and final weights of an epoch, with batches in parts.
 *
 * @param epoch trains it
 */
export async function trained(
  model: string,
  methods: readonly string[],
  parts: Parts | null,
  changes: Partial<Recipe> = {},
  epoch: typeof trainEpoch<DenseBatch> = trainEpoch,
) {
  const specs = methods.map((method) =>
    sceneTrial({ model, method, recipe: { ...recipe, ...changes } }),
  );
  const data = await detection.load(specs[0] as TrialSpec, null);
  const network = await data.network(model);
  const teacher = { network, weights: initialState(network.params, 'teacher') };
  const divided = parts === null ? {} : { parts };
  const task = await data.prepare({ specs, teacher, mode: 'recorded', ...divided });
  const program = task.createProgram(methods.map((_, index) => index));
  try {
    const streams = methods.map((_, index) => RandomStream.named(5, `method/${index}`));
    const reports = await epoch(task, program, streams);
    const state = program.program.readState(
      Object.keys(program.program.state).filter((name) => /^student/.test(name)),
    );
    return { reports, state };
  } finally {
    program.dispose();
    await task.close();
  }
}

/** Reports, and a checksum of every tensor: what differs is told in a line. */
export function bitsOf({ reports, state }: Trained) {
  const digests = Object.entries(state).map(([name, values]) => [
    name,
    sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ]);
  return { reports, state: Object.fromEntries(digests) };
}

export type Trained = Awaited<ReturnType<typeof trained>>;

/**
 * Largest difference of momenta and weights, in units of the largest value of their tensor. Some
 * biases have a gradient of 0 in exact arithmetic: rounding is all that they have.
 */
function furthest(whole: Trained, parted: Trained): { apart: number; where: string } {
  let furthest = { apart: 0, where: '' };
  const least = 1e-4;
  for (const [name, values] of Object.entries(whole.state)) {
    const own = parted.state[name] as Float32Array;
    let [scale, distance] = [least, 0];
    for (const [at, value] of values.entries()) {
      scale = Math.max(scale, Math.abs(value));
      distance = Math.max(distance, Math.abs(value - (own[at] as number)));
    }
    if (distance > furthest.apart * scale) furthest = { apart: distance / scale, where: name };
  }
  return furthest;
}

/** What float32's rounding may add up to in two steps, and far less than one lost divisor. */
const noise = 2e-4;
/**
 * The same of momenta and weights. Convolutions in tiles round by more than plain ones, and a ReLU
 * whose operand is that close to 0 passes a gradient in one of the two: 2.7e-4 was found, and less
 * than 2e-4 without tiles.
 */
const noiseOfState = 1e-3;

export function assertEqual(whole: Trained, parted: Trained): void {
  whole.reports.forEach((reports, step) => {
    for (const [index, { terms, total }] of reports.entries()) {
      const own = parted.reports[step]?.[index];
      for (const [name, value] of Object.entries({ ...terms, total })) {
        const found = { ...own?.terms, total: own?.total }[name] as number;
        const apart = Math.abs(found - value) / Math.max(1e-3, Math.abs(value));
        assert.ok(apart < noise, `step ${step}, student ${index}: ${name} ${found}, not ${value}`);
      }
    }
  });
  const { apart, where } = furthest(whole, parted);
  assert.ok(apart < noiseOfState, `${where} differs by ${apart}`);
}
