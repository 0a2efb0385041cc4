import '../../../runners/detection/all.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UsageError } from '../../../common/errors.ts';
import { createDetector, detectorNames, detectors } from '../../../runners/detection/registry.ts';
import type { DetectorKind } from '../../../runners/detection/types.ts';
import { initialState } from '../../../runners/networks/init.ts';

// Names and order of the state, maps, losses and gradients are compared with mmdetection in the
// parity tests.

const whole = { frozenStages: -1, normEval: false };

describe('detector registry', () => {
  it('suggests the nearest name', () => {
    assert.throws(
      () => createDetector('retinanet-r18-fnp', { classes: 80 }),
      (error: unknown) =>
        error instanceof UsageError && /Did you mean "retinanet-r18-fpn"\?/.test(error.message),
    );
    assert.throws(() => createDetector('retinanet-r18-fpn', { classes: 0 }), /at least 1, not 0/);
  });

  it('builds every detector that it names, with names that differ', () => {
    for (const name of detectorNames()) {
      const { params } = createDetector(name, { classes: 7 });
      assert.equal(new Set(params.map((param) => param.name)).size, params.length, name);
    }
  });

  it('says of masks what the detector does, and refuses a kind that says otherwise', () => {
    const kind = detectors.find('solo-r18w16-fpn32') as DetectorKind;
    assert.equal(kind.masks, true);
    assert.equal(detectors.find('fcos-r50-fpn')?.masks, undefined);
    const { masks: _, ...silent } = kind;
    detectors.add('silent', silent, 'this test');
    assert.throws(() => createDetector('silent', { classes: 3 }), { code: 'MODEL_MASKS' });
  });

  it('has the grouped convolutions of ResNeXt', () => {
    const shape = (name: string) =>
      createDetector(name, { classes: 80 }).params.find(
        (param) => param.name === 'backbone.layer1.0.conv2.weight',
      )?.torchShape;
    assert.deepEqual(shape('retinanet-r101-fpn'), [64, 64, 3, 3]);
    assert.deepEqual(shape('retinanet-x101-32x4d-fpn'), [128, 4, 3, 3]);
    assert.deepEqual(shape('retinanet-x101-64x4d-fpn'), [256, 4, 3, 3]);
  });
});

describe('the trained parts of a detector', () => {
  const trained = (backbone: typeof whole) =>
    createDetector('retinanet-r18-fpn', { classes: 3, backbone })
      .params.filter((param) => param.trainable)
      .map((param) => param.name);

  it('is all but running statistics where nothing is frozen', () => {
    const names = trained(whole);
    assert.ok(names.includes('backbone.conv1.weight'));
    assert.ok(!names.some((name) => name.includes('running')));
  });

  it('begins after the frozen stages', () => {
    assert.equal(trained({ frozenStages: 1, normEval: true })[0], 'backbone.layer2.0.conv1.weight');
    assert.equal(trained({ frozenStages: 0, normEval: true })[0], 'backbone.layer1.0.conv1.weight');
  });
});

describe('initial weights of a RetinaNet', () => {
  const { params } = createDetector('retinanet-r18-fpn', { classes: 3, backbone: whole });
  const state = initialState(params, 5);
  const values = (name: string) => state[name] as Float32Array;

  it('say that everything is background', () => {
    for (const bias of values('bbox_head.retina_cls.bias')) {
      assert.ok(Math.abs(1 / (1 + Math.exp(-bias)) - 0.01) < 1e-6);
    }
    const weights = values('bbox_head.cls_convs.0.conv.weight');
    const deviation = Math.sqrt(weights.reduce((sum, each) => sum + each ** 2, 0) / weights.length);
    assert.ok(Math.abs(deviation - 0.01) < 1e-4);
  });

  it('let every block start as its shortcut, and the pyramid within the bound of Xavier', () => {
    assert.ok(values('backbone.layer3.1.bn2.weight').every((scale) => scale === 0));
    assert.ok(values('backbone.layer3.1.bn1.weight').every((scale) => scale === 1));
    const bound = Math.sqrt(6 / (512 * 9));
    const largest = values('neck.fpn_convs.0.conv.weight').reduce(
      (most, weight) => Math.max(most, Math.abs(weight)),
      0,
    );
    assert.ok(largest <= bound && largest > 0.99 * bound);
    assert.ok(values('neck.fpn_convs.0.conv.bias').every((bias) => bias === 0));
  });
});
