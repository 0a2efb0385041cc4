import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import sharp from 'sharp';
import { planByName } from '../../suites/plan-by-name.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeTree } from '../runners/data/pictures.ts';

const suite = (dataset: string, recipe: string) => `schemaVersion: 1
id: sizes
title: Pictures of any size
about: With and without an input.
task: classification
metrics: { top1: { margin: 0.5 } }
columns: [{ id: pair, teacher: resnet20, student: resnet8 }]
rows: [{ name: Student, method: none }]
scales:
  own:
    dataset: ${dataset}
    recipe: ${recipe}
    seeds: [1]
`;

const input = '{ kind: random-resized-crop, size: 32, resize: 36 }';

async function picture(side: number, shade: number): Promise<Buffer> {
  const raw = { width: side, height: side, channels: 3 } as const;
  return sharp(Buffer.alloc(side * side * 3, shade), { raw })
    .jpeg()
    .toBuffer();
}

/** Two classes with one training and one test picture each. */
async function setOf(sides: readonly [number, number, number, number]) {
  const paths = ['train/cat/a.jpg', 'train/dog/b.jpg', 'val/cat/c.jpg', 'val/dog/d.jpg'];
  const files = await Promise.all(
    paths.map(
      async (path, index) => [path, await picture(sides[index] as number, 9 * index)] as const,
    ),
  );
  return Object.fromEntries(files);
}

function planned(t: TestContext) {
  const folder = temporaryFolder(t);
  const data = { folder, environment: { REDISTILL_CACHE: join(folder, 'cache') } };
  const plan = (dataset: string, recipe: string) => {
    const path = join(folder, 'sizes.yaml');
    writeFileSync(path, suite(dataset, recipe));
    return planByName(path, { data });
  };
  return { folder, plan };
}

const refusal = {
  code: 'SUITE_INPUT',
  message: /sizes\.yaml:12: scales\.own\.recipe: the pictures of .* have different sizes/,
  hint: /random-resized-crop/,
};

test('a plan refuses pictures of different sizes without an input', async (t) => {
  const { folder, plan } = planned(t);
  writeTree(join(folder, 'mixed'), await setOf([32, 40, 32, 32]));
  writeTree(join(folder, 'tests'), await setOf([32, 32, 40, 40]));
  writeTree(join(folder, 'same'), await setOf([32, 32, 32, 32]));
  await assert.rejects(plan('imagenet:mixed', 'cifar-240'), refusal);
  await assert.rejects(plan('imagenet:tests', 'cifar-240'), refusal);
  const given = `{ name: cifar-240, overrides: { augmentation: { crop: null }, input: ${input} } }`;
  for (const [set, recipe] of [
    ['imagenet:mixed', given],
    ['imagenet:same', 'cifar-240'],
  ] as const) {
    assert.equal((await plan(set, recipe)).plan.trials.length, 1, set);
  }
});

test('so it does where the official set is not here yet', async (t) => {
  const { plan } = planned(t);
  await assert.rejects(plan('cub200', 'cifar-240'), refusal);
  await plan('tiny-imagenet', 'cifar-240');
});
