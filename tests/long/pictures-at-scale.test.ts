import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../app/run.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeTree } from '../runners/data/pictures.ts';
import { imagenetTree } from '../runners/data/streamed/trees.ts';

/**
 * The rows of the suites of ImageNet, on a folder of its form with 24 training pictures of many
 * sizes: the recipe is that of the suites with one epoch, a smaller rate and smaller pictures.
 */
const suite = `schemaVersion: 1
id: pictures
title: "ResNet34 to ResNet18 on a folder of ImageNet's form"
about: Methods of the ImageNet tables.
task: classification
metrics: { top1: { margin: 0.5 }, top5: { margin: 0.5 } }
columns:
  - { id: pair, teacher: imagenet-resnet34, student: imagenet-resnet18, gate: 0 }
rows:
  - { name: Teacher, role: teacher }
  - { name: KD, hyper: { temperature: 1, ceWeight: 0.5, kdWeight: 0.5 } }
  - { name: KD+LSKD, hyper: { ceWeight: 1 } }
  - { name: SD-KD, hyper: { M: "[1,2]" } }
  - { name: CAT-KD, hyper: { camWeight: 0.5, resolution: 4, scaling: none } }
scales:
  own:
    dataset: imagenet:few
    recipe:
      name: imagenet-100
      overrides:
        epochs: 1
        batchSize: 8
        optimizer: { lr: 0.01 }
        schedule: { kind: constant }
        input: { kind: random-resized-crop, size: 64, resize: 73 }
    seeds: [1]
`;

test('teacher, KD and the plug-ins of the ImageNet tables train and are tested on streamed pictures', async (t) => {
  const folder = temporaryFolder(t);
  const data = join(folder, 'data');
  writeTree(join(data, 'few'), await imagenetTree(8, 4));
  const path = join(folder, 'pictures.yaml');
  writeFileSync(path, suite);
  const result = await run({ suite: path, data, workspace: join(folder, 'workspace') });
  assert.deepEqual(result.verdict.complaints, []);
  assert.equal(result.publication?.problem ?? null, null);
  assert.equal(result.exitCode, 0);
  assert.equal(result.plan.trials.length, 5);
  assert.equal(result.verdict.computed, 5);
  assert.deepEqual(
    result.plan.cells.flatMap(({ id, notRun }) => (notRun === null ? [] : [id])),
    [],
  );
  // 24 pictures in batches of 8.
  for (const { steps } of result.plan.trials) assert.equal(steps, 3);
});
