import '../../runners/networks/all.ts';
import '../../runners/distillers/all.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RedistillError } from '../../common/errors.ts';
import type { Scale, TrialSpec } from '../../contract/spec.ts';
import { createDistiller } from '../../runners/distillers/create.ts';
import { initialState } from '../../runners/networks/init.ts';
import { createNetwork } from '../../runners/networks/registry.ts';
import type { Network } from '../../runners/networks/types.ts';
import { listSuites, loadSuite } from '../../suites/load.ts';
import { planSuite } from '../../suites/plan.ts';
import { contextWith } from './real-context.ts';

// Planning loads no TensorFlow and knows the sizes of maps from a file, not at every size of
// pictures; so suites say which published cells no code can train, and here networks are made.
const classes = 100;
const networks = new Map<string, Network>();
function networkCalled(name: string, side: number | null): Network {
  const shape = side === null ? {} : { inputShape: [side, side, 3] as const };
  const key = `${name} ${side}`;
  const known = networks.get(key) ?? createNetwork(name, { classes, ...shape });
  networks.set(key, known);
  return known;
}

/** Edge of the pictures that a training shows its networks; null: the one they are made for. */
function sideOf({ recipe: { input }, data }: TrialSpec): number | null {
  if (input !== undefined && 'size' in input) return input.size;
  return data.dataset === 'tiny-imagenet' ? 64 : null;
}
const weights = new Map<Network, ReturnType<typeof initialState>>();
function weightsOf(network: Network): ReturnType<typeof initialState> {
  const known = weights.get(network) ?? initialState(network.params, 1);
  weights.set(network, known);
  return known;
}
const trainLabels = Int32Array.from({ length: 2000 }, (_, index) => index % classes);
const context = contextWith(
  'classification',
  Object.fromEntries(
    [
      ...['cifar100', 'embedded', 'embedded-small', 'cifar10-images'],
      ...['imagenet', 'cub200', 'tiny-imagenet'],
    ].map((name) => [name, 50_000]),
  ),
);

/** Why a training cannot be set up, or null. */
function misfit(spec: TrialSpec): string | null {
  const { method, hyper, model, teacher } = spec;
  const side = sideOf(spec);
  const taught = teacher === null ? null : networkCalled(teacher.model, side);
  try {
    createDistiller(method, hyper, {
      student: networkCalled(model, side),
      teacher: taught,
      trainLabels,
      ...(taught !== null && { teacherWeights: weightsOf(taught) }),
    });
    return null;
  } catch (error) {
    if (error instanceof RedistillError) return error.message;
    throw error;
  }
}

test('every method that a suite plans can work on the networks of its column', () => {
  const known = new Map<string, string | null>();
  const misfits = new Set<string>();
  for (const name of listSuites()) {
    const suite = loadSuite(name);
    if (suite.definition.task !== 'classification') continue;
    for (const scale of Object.keys(suite.definition.scales) as Scale[]) {
      for (const { spec } of planSuite(suite, scale, context).trials) {
        const { method, hyper, model, teacher } = spec;
        const key = JSON.stringify([method, hyper, model, teacher?.model, sideOf(spec)]);
        if (!known.has(key)) known.set(key, misfit(spec));
        const reason = known.get(key);
        if (reason !== null)
          misfits.add(`${name}@${scale} ${teacher?.model} -> ${model}: ${reason}`);
      }
    }
  }
  assert.ok(known.size > 100, `${known.size} trainings`);
  assert.deepEqual([...misfits], []);
});
