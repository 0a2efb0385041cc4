/*
 * A plan refuses the pairs of networks that a worker would refuse, in the same words, and loads no
 * TensorFlow for it.
 */
import '../../../runners/catalogue/all.ts';
import '../../../runners/networks/all.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shapesBySide } from '../../../bench/network-shapes.ts';
import { UsageError } from '../../../common/errors.ts';
import type { InputRecipe } from '../../../contract/spec.ts';
import { catalogues } from '../../../runners/catalogue/catalogue.ts';
import { dropsPaths, knownShapes } from '../../../runners/catalogue/known-shapes.ts';
import { detectors } from '../../../runners/detection/registry.ts';
import type { Detector, DetectorKind, DetectorOptions } from '../../../runners/detection/types.ts';
import { allDenseMethods, allMethods, allPlugins } from '../../../runners/distillers/all.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { resolveHyper } from '../../../runners/distillers/hyper.ts';
import { parseMethod } from '../../../runners/distillers/method-id.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { createNetwork, networkNames } from '../../../runners/networks/registry.ts';
import type { Network } from '../../../runners/networks/types.ts';
import { createSegmenter } from '../../../runners/segmentation/registry.ts';
import type { PlannedPair } from '../../../runners/tasks/planned-pair.ts';

/** What a call refuses, in its words; null where it takes all. */
function refusal(run: () => void): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof UsageError) return `${error.code}: ${error.message} ${error.hint ?? ''}`;
    throw error;
  }
}

/** Networks that differ in all that methods look at: stages, sizes, tokens, norms. */
const few = ['resnet8', 'resnet8x4', 'vgg8', 'mobilenetv2', 'shufflenetv1', 'wrn_16_1'];
const tokens = ['deit_t', 'swin_p', 'resmlp_s12', 'pvt_tiny', 'resnet18'];

describe('pairs of classifiers', () => {
  const networks = new Map<string, Network>();
  const networkAt = (name: string, side: number) => {
    const key = `${name} ${side}`;
    const network =
      networks.get(key) ?? createNetwork(name, { classes: 2, inputShape: [side, side, 3] });
    networks.set(key, network);
    return network;
  };

  /** How often plan and worker said something, and that they said the same. */
  function compared(names: readonly string[], side: number): { refused: number; taken: number } {
    const counts = { refused: 0, taken: 0 };
    for (const { id, kind } of allMethods) {
      if (kind === 'plain') continue;
      const hyper = resolveHyper(parseMethod(id));
      for (const teacher of names) {
        const taught = networkAt(teacher, side);
        const teacherWeights =
          kind === 'network' && id === 'ofd' ? initialState(taught.params, 1) : {};
        for (const student of names) {
          const worker = refusal(() =>
            createDistiller(id, hyper, {
              student: networkAt(student, side),
              teacher: taught,
              trainLabels: Int32Array.of(0, 1, 1),
              teacherWeights,
            }),
          );
          const pair = { method: id, hyper, student, teacher, recipe: {}, side };
          const plan = refusal(() => catalogues.classification.checkPair(pair));
          assert.equal(plan, worker, `${id} from ${teacher} to ${student} at ${side}`);
          counts[worker === null ? 'taken' : 'refused'] += 1;
        }
      }
    }
    return counts;
  }

  it('of CNNs are refused in the words of the worker', (t) => {
    const { refused, taken } = compared(few, 32);
    t.diagnostic(`${refused} refused, ${taken} taken`);
    assert.ok(refused > 20 && taken > 200, `${refused} refused, ${taken} taken`);
  });

  it('of CNNs and networks of tokens are refused in the words of the worker', (t) => {
    const { refused, taken } = compared(tokens, 224);
    t.diagnostic(`${refused} refused, ${taken} taken`);
    assert.ok(refused > 50 && taken > 100, `${refused} refused, ${taken} taken`);
  });

  it('have pictures of two sizes where the recipe says so', () => {
    // FitNet's layer knows no way from maps of 16 x 16 to such of 112 x 112.
    const hyper = resolveHyper(parseMethod('fitnet'));
    const pair = { method: 'fitnet', hyper, student: 'resnet8', teacher: 'resnet20', side: 32 };
    const plan = (input: object) =>
      refusal(() =>
        catalogues.classification.checkPair({
          ...pair,
          recipe: { input: { kind: 'random-crop', ...input } as unknown as InputRecipe },
        }),
      );
    const worker = refusal(() =>
      createDistiller('fitnet', hyper, {
        student: networkAt('resnet8', 32),
        teacher: networkAt('resnet20', 224),
      }),
    );
    assert.match(worker ?? '', /fitnet cannot be used here/);
    assert.equal(plan({ size: 32, teacherSize: 224 }), worker);
    assert.equal(plan({ size: 32 }), null);
    assert.equal(plan({ size: 224 }), null);
  });

  it('are let through where the sizes are not known: own networks, unusual pictures', () => {
    const pair: PlannedPair = {
      ...{ method: 'ofd', hyper: resolveHyper(parseMethod('ofd')), recipe: {}, side: 32 },
      ...{ student: 'resnet8', teacher: 'shufflenetv2' },
    };
    const check = (change: Partial<PlannedPair>) =>
      refusal(() => catalogues.classification.checkPair({ ...pair, ...change }));
    assert.match(check({}) ?? '', /^METHOD_NETWORKS: ofd cannot be used here: /);
    for (const change of [{ side: null }, { side: 48 }, { teacher: 'mine' }]) {
      assert.equal(check(change), null, JSON.stringify(change));
    }
  });
});

/** A detector that says nothing of anchors. */
function withoutAnchors(name: string, options: DetectorOptions): Detector {
  const kind = detectors.find('retinanet-r18w16-fpn32') as DetectorKind;
  const { anchors: _, ...detector } = kind.build(name, options);
  return detector;
}

describe('the file of shapes', () => {
  it('has every network, at the side that it is made for', () => {
    for (const name of networkNames()) {
      const [side] = createNetwork(name, { classes: 2 }).inputShape;
      assert.notEqual(knownShapes(name, side), null, `${name}: make operations`);
      const drops = createNetwork(name, { classes: 2 }).dropPath !== undefined;
      assert.equal(dropsPaths(name), drops, `${name}: make operations`);
    }
  });

  it('has what forward passes give', () => {
    for (const name of ['resnet20', 'mobilenetv2', 'vit_nano', 'resnet10_micro']) {
      for (const [side, shapes] of Object.entries(shapesBySide(name))) {
        assert.deepEqual(
          knownShapes(name, Number(side)),
          { name, ...shapes },
          `${name} at ${side}`,
        );
      }
    }
  });
});

describe('pairs of detectors and segmenters', () => {
  const pair: PlannedPair = {
    ...{ method: 'fgd', student: 'retinanet-r50-fpn', teacher: 'faster-rcnn-r101-fpn' },
    ...{ recipe: {}, side: null },
    hyper: catalogues.detection.resolveHyper('fgd', {}, 'retinanet-r50-fpn'),
  };

  it('are refused where their levels have other sizes', () => {
    assert.match(
      refusal(() => catalogues.detection.checkPair(pair)) ?? '',
      /^METHOD_NETWORKS: fgd cannot be used here: map 0 of retinanet-r50-fpn has a stride of 8 pixels and that of faster-rcnn-r101-fpn 4\. Take two networks/,
    );
    const alike = { ...pair, teacher: 'retinanet-x101-64x4d-fpn' };
    assert.equal(
      refusal(() => catalogues.detection.checkPair(alike)),
      null,
    );
  });

  it('are refused by FGFI where the detector tells of no anchors, and with initStudent where nothing fits', () => {
    // One of a user's own, as it would say itself.
    detectors.add(
      'mine',
      { ...(detectors.find('retinanet-r18w16-fpn32') as DetectorKind), build: withoutAnchors },
      'a test',
    );
    const near = {
      ...{ ...pair, method: 'fgfi', teacher: 'retinanet-r50-fpn', student: 'mine' },
      hyper: catalogues.detection.resolveHyper('fgfi', {}, 'mine'),
    };
    assert.match(
      refusal(() => catalogues.detection.checkPair(near)) ?? '',
      /^METHOD_NETWORKS: The method looks for the anchors near boxes, and mine tells of none\. A det/,
    );
    const heirs = (student: string, teacher: string) =>
      refusal(() =>
        catalogues.detection.checkPair({
          ...{ ...pair, student, teacher, recipe: { initStudent: true as const } },
          hyper: catalogues.detection.resolveHyper('fgd', {}, student),
        }),
      );
    assert.equal(heirs('retinanet-r50-fpn', 'retinanet-r101-fpn'), null);
    assert.match(
      heirs('retinanet-r18w16-fpn32', 'fcos-r50-fpn') ?? '',
      /^RECIPE_FIELD: The field initStudent would have no effect: no weight of fcos-r50-fpn outside/,
    );
  });

  it('are refused by HO where crops are too small for its discriminator', () => {
    const student = 'pspnet-r18-d8';
    const of = (crop: readonly [number, number], hyper = {}, teacher = student) =>
      refusal(() =>
        catalogues.segmentation.checkPair({
          ...{ method: 'ho', student, teacher, side: null },
          hyper: catalogues.segmentation.resolveHyper('ho', hyper, student),
          recipe: { input: { kind: 'scale-crop', long: 2048, short: 1024, ratio: [0.5, 2], crop } },
        }),
      );
    assert.equal(of([512, 1024]), null);
    assert.match(
      of([256, 512]) ?? '',
      /its discriminator halves maps 4 times, which takes 64 positions a side, and those of logits have 32 x 64\. Set the hyper-parameter strides lower/,
    );
    assert.equal(of([256, 512], { strides: 3 }), null);
  });

  it('no discriminator of HO is wider than a machine has memory for', () => {
    const width = (value: number) =>
      refusal(() => catalogues.segmentation.resolveHyper('ho', { width: value }, 'pspnet-r18-d8'));
    assert.equal(width(512), null);
    assert.match(width(513) ?? '', /^HYPER_VALUE: .*"width".* 512/);
  });

  it('positions along a side are those of a forward pass', () => {
    // 65 along 512 pixels, as the official discriminator takes them.
    const { positions } = createSegmenter('pspnet-r18-torchdistiller', { classes: 2 }).shapes;
    assert.deepEqual(
      [512, 511, 64, 65].map((side) => positions?.(side)),
      [65, 65, 9, 9],
    );
  });
});

describe('whole numbers', () => {
  /** No sizes of tensors, or none that they could raise. */
  const unbounded = new Map([
    ['fitnet.hintLayer', 'a stage that the networks have or not'],
    ['reviewkd.maxMidChannels', 'the least of it and the channels of a map counts'],
    ['ctkd.decayLoops', 'a number of epochs'],
  ]);

  it('that are sizes have a greatest value, so that a plan refuses what no memory holds', () => {
    const found = [...allMethods, ...allDenseMethods, ...allPlugins].flatMap(({ id, options }) =>
      Object.entries(options).flatMap(([name, option]) =>
        option.kind === 'number' && option.integer === true && option.max === undefined
          ? [`${id}.${name}`]
          : [],
      ),
    );
    assert.deepEqual([...new Set(found)].sort(), [...unbounded.keys()].sort());
  });
});
