import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import { loadRecipe } from '../../../reference/recipes/loader.ts';
import {
  createTestLoader,
  evaluateOnTest,
  evaluationBatch,
} from '../../../runners/classification/evaluation.ts';
import {
  type ClassificationProgram,
  createClassificationProgram,
} from '../../../runners/classification/program.ts';
import { allocatePictures } from '../../../runners/data/picture-set.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { loadMethods } from '../../../runners/distillers/registry.ts';
import { loadNetwork } from '../../../runners/networks/registry.ts';

const classes = 10;
const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25], source: 'none' } as const;

function pictures(count: number) {
  const set = allocatePictures(count, 32, 32);
  const noise = RandomStream.named(1, 'pictures');
  for (let at = 0; at < set.pixels.length; at += 1) set.pixels[at] = noise.below(256);
  set.labels.forEach((_, index) => {
    set.labels[index] = index % classes;
  });
  return set;
}

const dataOf = (count: number) => {
  const test = pictures(count);
  return { id: 'x', classes: [], train: test, test, normalisation, hash: '' };
};

async function evaluate(program: ClassificationProgram, count: number, batch: number) {
  const loader = createTestLoader(dataOf(count), normalisation, batch);
  try {
    return await evaluateOnTest(program, loader, batch);
  } finally {
    await loader.close();
  }
}

async function programOf(methods: readonly string[], batch: number) {
  await loadMethods(['none', ...methods]);
  const network = await loadNetwork('resnet8', { classes, inputShape: [32, 32, 3] });
  return createClassificationProgram({
    students: methods.map((method, index) => ({
      network,
      distiller: createDistiller(method, {}, { student: network, teacher: null }),
      recipe: loadRecipe('cifar-240', {}, 'resnet8'),
      seed: 1 + index,
    })),
    teacher: null,
    batch: { full: 2, tail: 0 },
    evaluation: { full: batch, tail: 0 },
  });
}

it('pictures that fill up the last batch count nowhere, and losses are summed in order', async () => {
  const seen: number[] = [];
  // 1 + 1e-16 is 1, so that another order than that of the pictures gives another sum.
  const lossOf = (label: number) => (label === 0 ? 1 : 1e-16);
  const stub = {
    evaluate({ labels }: { readonly labels: Int32Array }) {
      seen.push(labels.length);
      const losses = Float32Array.from(labels, lossOf);
      return [{ ranks: Float32Array.from(labels, (label) => label % 7), losses }];
    },
  } as unknown as ClassificationProgram;
  const [metrics] = await evaluate(stub, 10, 4);
  assert.deepEqual(seen, [4, 4, 4]);
  const loss = Array.from({ length: 10 }, (_, label) => Math.fround(lossOf(label))).reduce(
    (sum, each) => sum + each,
    0,
  );
  assert.deepEqual(
    metrics?.map(({ name, value }) => [name, value]),
    [
      ['top1', 20],
      ['top5', 80],
      ['loss', loss / 10],
    ],
  );
});

it('what is said of a picture depends neither on how many there are nor on other students', async () => {
  const batch = 8;
  const [alone, both] = [
    await programOf(['none'], batch),
    await programOf(['none', 'none'], batch),
  ];
  try {
    const [own] = await evaluate(alone, 19, batch);
    assert.deepEqual((await evaluate(both, 19, batch))[0], own);
    const [second] = (await evaluate(both, 19, batch)).slice(1);
    assert.notDeepEqual(second, own);
    const loss = async (count: number) => {
      const [metrics] = await evaluate(alone, count, batch);
      return count * (metrics?.find(({ name }) => name === 'loss')?.value ?? Number.NaN);
    };
    // The 17th picture stands in a batch with two others, or alone with copies of itself.
    const [to16, to17, to18] = [await loss(16), await loss(17), await loss(18)];
    assert.ok(to17 > to16 && to18 > to17);
    const rows = await evaluate(alone, 17, batch);
    assert.deepEqual(rows, await evaluate(alone, 17, batch));
  } finally {
    alone.dispose();
    both.dispose();
  }
});

it('a step of an evaluation has one size per network', () => {
  const of = (side: number) => evaluationBatch({ inputShape: [side, side, 3] });
  assert.deepEqual([of(32), of(64), of(224), of(4096)], [64, 64, 32, 1]);
});
