import '../../runners/detection/all.ts';
import '../../runners/distillers/all.ts';
import '../../runners/networks/all.ts';
import '../../runners/segmentation/all.ts';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { run } from '../../app/run.ts';
import { runsOf } from '../../contract/reuse.ts';
import { findMethod } from '../../runners/distillers/registry.ts';
import { tf } from '../../runners/engine/tensorflow.ts';
import { createNetwork } from '../../runners/networks/registry.ts';
import { loadOwnFile } from '../../runners/training/own/load.ts';
import { write } from '../app/own/repository.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { root } from '../runners/training/fingerprint/checkouts.ts';

/* One kind of each sort is written in a folder outside of Redistill, and trained. */

const reference = "{ paper: 'unpublished', equations: 'none', official: 'this file' }";

const classification = {
  'kinds.ts': `
    import { classifierOf, defineMethod, defineNetwork, definePlugin, meanSquare, ModuleScope, onFeatures, option, ops, partsContext, refuseNetworks, tf } from 'redistill/kinds';
    import { allocatePictures, defineDataset, madePictures, type NamedSplits } from 'redistill/data';

    const reference = ${reference};
    const weight = option.weight(1, 'Weight', 'ours');

    /** A feature method with a part of its own that is trained: a linear map of pooled features. */
    const projected = defineMethod({
      kind: 'network', id: 'projected', title: 'Projected features', reference,
      options: { ceWeight: weight, featWeight: weight },
      refuses: onFeatures('projected', false),
      build: ({ featWeight }, { student, teacher }) => {
        if (teacher.pooled < 2) refuseNetworks('projected', 'there is nothing to compare');
        const scope = new ModuleScope();
        const linear = scope.linear('projection', student.pooled, teacher.pooled);
        return {
          params: scope.params,
          terms: (step) => ({
            projected: tf.mul(
              meanSquare(linear(partsContext(step), step.student.pooled), step.teacher.pooled),
              featWeight,
            ) as ReturnType<typeof tf.scalar>,
          }),
        };
      },
    });

    const halved = definePlugin({
      id: 'halved', title: 'Logits at half their size', reference, options: {},
      rows: (rows) => ({ ...rows, student: tf.mul(rows.student, 0.5), teacher: tf.mul(rows.teacher, 0.5) }),
    });

    const twoConvs = defineNetwork({
      id: 'small-convs',
      build(name, { classes, inputShape }) {
        const scope = new ModuleScope();
        const conv = scope.convNorm('conv1', 'bn1', { inputs: inputShape[2], outputs: 8, kernel: 3, stride: 4, padding: 1 });
        const fc = scope.linear('fc', 8, classes);
        return {
          name, classes, inputShape, params: scope.params,
          forward(context, images) {
            const before = conv(context, images);
            const lastMap = ops.relu(before);
            const pooled = ops.globalAverage(lastMap);
            const classify = classifierOf(fc, context);
            return { logits: classify(pooled), features: [lastMap], preactFeatures: [before], pooled, lastMap, classify };
          },
        };
      },
    });

    function split(count: number): NamedSplits['train'] {
      const set = allocatePictures(count, 32, 32);
      for (let at = 0; at < set.pixels.length; at++) {
        const picture = Math.floor(at / 3072);
        set.pixels[at] = (picture % 2 === 0 ? at * 31 : at * 7) % 256;
      }
      for (let at = 0; at < count; at++) set.labels[at] = at % 2;
      return set;
    }
    const stripes = defineDataset({
      id: 'stripes', holds: 'labels',
      named: (id) => madePictures(id, {
        title: 'Stripes', classes: 2, train: 128, test: 32, side: 32,
        make: () => ({ classes: ['narrow', 'wide'], train: split(128), test: split(32) }),
      }),
    });

    export const kinds = [projected, halved, twoConvs, stripes];
  `,
  'own-classes.yaml': `
schemaVersion: 1
id: own-classes
title: One of each sort
task: classification
noReference: It is made up.
metrics: { top1: { margin: 0.5 } }
columns: [{ id: own__resnet8, teacher: small-convs, student: resnet8, gate: 0 }]
rows:
  - { name: Teacher, role: teacher }
  - { name: Projected, method: projected }
  - { name: Halved, method: kd+halved }
scales:
  smoke:
    notComparable: "Smoke test: its numbers mean nothing."
    dataset: stripes
    recipe: { name: embedded-smoke, overrides: { trainPictures: null } }
    seeds: [1]
`,
};

const detection = {
  'kinds.ts': `
    import { batchMean, defineDenseMethod, option, squaresPerPicture, tf } from 'redistill/kinds';
    import { defineDetector, retinanetOf } from 'redistill/detectors';

    const reference = ${reference};
    export const kinds = [
      defineDenseMethod({
        id: 'finest', title: 'Finest level', reference,
        options: { featWeight: option.weight(0.001, 'Weight', 'ours') },
        build: ({ featWeight }) => ({
          params: [],
          terms: (step) => {
            const [own, taught] = [step.student.features[0], step.teacher.features[0]];
            if (own === undefined || taught === undefined) return {};
            return { finest: tf.mul(batchMean(squaresPerPicture(own, taught), step), featWeight) as ReturnType<typeof tf.scalar> };
          },
        }),
      }),
      defineDetector({ id: 'retinanet-r18w16-fpn24', ...retinanetOf({ backbone: 'r18w16', channels: 24, stacked: 1 }) }),
    ];
  `,
  'own-boxes.yaml': `
schemaVersion: 1
id: own-boxes
title: One of each sort
task: detection
noReference: It is made up.
metrics: { AP: { margin: 0.5 } }
columns: [{ id: own__own, teacher: retinanet-r18w16-fpn24, student: retinanet-r18w16-fpn24, gate: 0 }]
rows:
  - { name: Finest, method: finest }
scales:
  smoke:
    notComparable: "Smoke test: its numbers mean nothing."
    dataset: embedded-scenes-small
    recipe: scenes-detection-steps
    seeds: [1]
`,
};

describe('kinds of a folder outside of Redistill', () => {
  const trained = (
    what: string,
    files: Readonly<Record<string, string>>,
    suite: string,
    expected: Readonly<Record<string, readonly string[]>>,
  ) =>
    it(`are trained: ${what}`, async (t) => {
      const folder = temporaryFolder(t);
      write(folder, files);
      const { verdict, plan, exitCode } = await run(
        { suite: `./${suite}.yaml`, plugin: ['kinds.ts'], workspace: '.', report: false },
        { cwd: folder },
      );
      assert.equal(exitCode, 0, JSON.stringify(verdict.complaints));
      const used = plan.trials.map(({ id, spec }) => {
        const [measured] = runsOf(folder, id);
        const kinds = measured?.header?.ownKinds?.flatMap((file) => file.kinds) ?? [];
        return [`${spec.model} ${spec.method}`, kinds] as const;
      });
      assert.deepEqual(Object.fromEntries(used), expected);
    });

  trained(
    'a feature method with trained parts, a plug-in, a network as the teacher, a data set',
    classification,
    'own-classes',
    {
      'small-convs none': ['network small-convs', 'data set stripes'],
      'resnet8 projected': ['method projected', 'network small-convs', 'data set stripes'],
      'resnet8 kd+halved': ['plug-in halved', 'network small-convs', 'data set stripes'],
    },
  );

  trained('a method of maps and a detector', detection, 'own-boxes', {
    'retinanet-r18w16-fpn24 none': ['detector retinanet-r18w16-fpn24'],
    'retinanet-r18w16-fpn24 finest': ['dense method finest', 'detector retinanet-r18w16-fpn24'],
  });
});

describe('the guides', () => {
  for (const [guide, files] of Object.entries({ 'own-method.md': 2, 'own-network.md': 3 })) {
    it(`${guide} has files that load as they are printed`, async (t) => {
      const text = readFileSync(join(root, 'docs', guide), 'utf8');
      const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => code);
      const whole = blocks.filter((code) => /^import /m.test(code));
      assert.equal(whole.length, files);
      for (const [index, code] of whole.entries()) {
        const folder = temporaryFolder(t);
        write(folder, { 'own.ts': code });
        await loadOwnFile(join(folder, 'own.ts'), `${guide} ${index}`);
      }
      if (guide === 'own-method.md') givesCosineDistances('cosine-kd');
      if (guide === 'own-network.md') {
        assert.ok(createNetwork('two-convs', { classes: 10 }).params.length > 3);
      }
    });
  }
});

/** What its title says: 1 - cos, whatever the lengths of the logits. */
function givesCosineDistances(id: string): void {
  const method = findMethod(id);
  assert.ok(method?.kind === 'logits');
  const losses = method.with({ ceWeight: 1, kdWeight: 1 }).rowLoss({
    student: tf.tensor2d([3, 0, 0, 5, -2, 0], [3, 2]),
    teacher: tf.tensor2d([7, 0, 9, 0, 4, 0], [3, 2]),
    target: tf.tensor1d([0, 0, 0], 'int32'),
    temperature: tf.scalar(1),
  });
  assert.deepEqual(losses.arraySync(), [0, 1, 2]);
}
