import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { plan } from '../../app/plan.ts';
import { cohortsOf, operationsOf } from '../../bench/gpu-operations.ts';
import { tensorflowVersion } from '../../runners/engine/tensorflow.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));

/** Operations that graphs for a GPU have, with their types by TensorFlow's numbers. */
const recorded: readonly string[] = read('gpu-operations');
/** Kernels that the CUDA build has for a GPU: for each operation what its types may be. */
const { tensorflow, kernels } = read('gpu-kernels') as {
  readonly tensorflow: string;
  readonly kernels: Readonly<Record<string, readonly string[]>>;
};

/** Whether one of an operation's kernels takes all of its types. */
function hasKernel(line: string): boolean {
  const [op, ...given] = line.split(' ') as [string, ...string[]];
  const types = new Map(given.map((each) => each.split('=') as [string, string]));
  return (kernels[op] ?? []).some((constraints) =>
    Object.entries(JSON.parse(constraints) as Readonly<Record<string, readonly number[]>>).every(
      ([name, allowed]) => !types.has(name) || allowed.includes(Number(types.get(name))),
    ),
  );
}

describe('the CUDA build of TensorFlow', () => {
  it('has a kernel on a GPU for the types of every operation that we record for one', () => {
    assert.ok(recorded.length > 100);
    assert.deepEqual(
      recorded.filter((line) => !hasKernel(line)),
      [],
    );
    // A test that cannot fail would say nothing.
    assert.ok(!hasKernel('MatMul T=7'), 'products of texts');
    assert.ok(!hasKernel('RedistillGelu'), 'kernels of our own');
  });

  it('was asked in the version that is in use', () => {
    assert.equal(tensorflow, tensorflowVersion(), 'make gpu-kernels asks the new one');
  });

  for (const [suite, wanted] of [
    ['default', /./],
    ['embedded-segmentation', /./],
    ['embedded-heterogeneous', /^(ofa|crd)$/],
  ] as const) {
    it(`was asked for all that ${suite} records`, async () => {
      const { plan: planned } = await plan({ suite: `${suite}@smoke`, seeds: [1], store: false });
      const trials = planned.trials.filter(({ spec }) => wanted.test(spec.method));
      const cohorts = cohortsOf({ trials }).slice(0, 2);
      const unknown = (await operationsOf(cohorts)).filter((line) => !recorded.includes(line));
      assert.deepEqual(unknown, [], 'bench/gpu-operations.ts lists them, then make gpu-kernels');
    });
  }
});
