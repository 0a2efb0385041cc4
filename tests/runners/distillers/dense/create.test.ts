import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UsageError } from '../../../../common/errors.ts';
import { catalogues } from '../../../../runners/catalogue/catalogue.ts';
import { allDenseMethods as denseMethods } from '../../../../runners/distillers/all.ts';
import { createDenseDistiller, denseMethod } from '../../../../runners/distillers/dense/create.ts';
import { resolveDenseHyper } from '../../../../runners/distillers/dense/hyper.ts';
import { type DenseShapes, denseFamilies } from '../../../../runners/distillers/dense/types.ts';

const detector = (channels: number): DenseShapes => ({
  name: `detector${channels}`,
  family: 'anchor-based',
  features: [channels, channels, channels],
  strides: [8, 16, 32],
  embedding: null,
  logits: [27, 27, 27],
});
const segmenter = (channels: number, classes = 5): DenseShapes => ({
  name: `segmenter${channels}`,
  family: 'segmenter',
  features: [channels],
  strides: [8],
  embedding: channels / 2,
  logits: [classes],
});

const rejects = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof UsageError && error.code === code && message.test(error.message);

describe('methods of detection and segmentation', () => {
  it('state where every hyper-parameter is from', () => {
    for (const { id, options, reference } of denseMethods) {
      for (const option of Object.values(options)) assert.notEqual(option.source, '', id);
      assert.notEqual(reference.official, '', id);
    }
  });

  it('have defaults within their own ranges in every family', () => {
    for (const method of denseMethods) {
      for (const family of denseFamilies) {
        if (method.refuses(family) !== null) continue;
        const place = { family, kind: null };
        const resolved = resolveDenseHyper(method, place);
        assert.deepEqual(resolveDenseHyper(method, place, resolved), resolved, method.id);
      }
    }
  });

  it('are found by name in any case, and an unknown one answers with the nearest', () => {
    assert.equal(denseMethod('MGD').id, 'mgd');
    assert.throws(() => denseMethod('fitnets'), rejects('METHOD_UNKNOWN', /Did you mean "fitnet"/));
  });

  it('have no value at which nothing would be compared', () => {
    const hyper = { share: 1 };
    assert.throws(
      () => resolveDenseHyper(denseMethod('fgfi'), { family: 'anchor-based', kind: null }, hyper),
      rejects('HYPER_VALUE', /"share" of fgfi is 1; it must be .* at most 0\.99/),
    );
  });

  it('take the official weights of the family', () => {
    const of = (family: (typeof denseFamilies)[number]) =>
      resolveDenseHyper(denseMethod('mgd'), { family, kind: null });
    assert.deepEqual([of('anchor-based')['alpha'], of('anchor-based')['lambda']], [2e-5, 0.65]);
    assert.deepEqual([of('two-stage')['alpha'], of('two-stage')['lambda']], [5e-7, 0.45]);
    assert.deepEqual([of('segmenter')['lambda'], of('segmenter')['logitWeight']], [0.75, 3]);
    const fgd = (family: (typeof denseFamilies)[number]) => {
      const hyper = resolveDenseHyper(denseMethod('fgd'), { family, kind: null });
      return ['alpha', 'beta', 'gamma', 'lambda'].map((name) => hyper[name]);
    };
    assert.deepEqual(fgd('anchor-based'), [1e-3, 5e-4, 5e-4, 5e-6]);
    assert.deepEqual(fgd('anchor-free'), [1.6e-3, 8e-4, 8e-4, 8e-6]);
    assert.deepEqual(fgd('two-stage'), [5e-5, 2.5e-5, 5e-5, 5e-7]);
    const fkd = (family: (typeof denseFamilies)[number]) => {
      const hyper = resolveDenseHyper(denseMethod('fkd'), { family, kind: null });
      return ['alpha', 'beta', 'gamma', 'temperature', 'mask'].map((name) => hyper[name]);
    };
    // What its code has, not its paper.
    const oneStage = [4e-3 * 6, 4.2e-4, 4.2e-4, 0.1, 'positions-and-channels'];
    assert.deepEqual(fkd('anchor-based'), oneStage);
    assert.deepEqual(fkd('anchor-free'), oneStage);
    assert.deepEqual(fkd('two-stage'), [4e-3, 7e-5, 7e-5, 0.5, 'positions']);
    // Kinds whose official config differs from the family's.
    const ofKind = (network: string) => catalogues.detection.resolveHyper('fgd', {}, network);
    assert.deepEqual(ofKind('gfl-r50-fpn'), { ...ofKind('retinanet-r50-fpn'), levels: 16 });
    assert.deepEqual(ofKind('fcos_r50'), { ...ofKind('reppoints_r50'), temperature: 0.8 });
    assert.equal(catalogues.detection.resolveHyper('fgd', { alpha: 2 }, 'gfl_r50')['alpha'], 2);
  });

  it('refuse networks in which they have nothing to work on', () => {
    assert.throws(
      () => resolveDenseHyper(denseMethod('fgfi'), { family: 'anchor-free', kind: 'fcos' }),
      rejects('METHOD_NETWORKS', /anchors near boxes/),
    );
    const maps = { student: segmenter(8), teacher: segmenter(16) };
    const boxes = { student: detector(8), teacher: detector(16) };
    const regions: DenseShapes = { ...detector(8), family: 'two-stage', logits: [] };
    assert.throws(
      () => createDenseDistiller('fgd', {}, maps),
      rejects('METHOD_NETWORKS', /foreground from background by boxes/),
    );
    assert.throws(
      () => createDenseDistiller('kd', {}, boxes),
      rejects('METHOD_NETWORKS', /only segmenters have/),
    );
    assert.throws(
      () => createDenseDistiller('cwd', { on: 'logits' }, { student: regions, teacher: regions }),
      rejects('METHOD_NETWORKS', /detector8 has none/),
    );
    for (const id of ['at', 'local', 'pa', 'ifvd']) {
      assert.throws(
        () => createDenseDistiller(id, { on: 'embedding' }, boxes),
        rejects('METHOD_NETWORKS', /only segmenters have/),
      );
      const classes = { student: segmenter(8), teacher: segmenter(16, 7) };
      assert.throws(
        () => createDenseDistiller(id, { on: 'logits' }, classes),
        rejects('METHOD_TEACHER', /7 classes and the student segmenter8 5/),
      );
    }
    const anchors = (count: number) => ({ ...detector(8), logits: [count, count] });
    const other = { student: anchors(3), teacher: anchors(9) };
    assert.throws(
      () => createDenseDistiller('cwd', { on: 'logits' }, other),
      rejects('METHOD_TEACHER', /9 channels of logits and the student detector8 3/),
    );
    assert.throws(
      () => createDenseDistiller('cwd', { on: 'embedding' }, boxes),
      rejects('METHOD_NETWORKS', /detector8 is no segmenter/),
    );
  });

  it('refuse unknown and impossible hyper-parameters', () => {
    const networks = { student: detector(8), teacher: detector(16) };
    assert.throws(
      () => createDenseDistiller('mgd', { lamda: 0.5 }, networks),
      rejects('HYPER_UNKNOWN', /Did you mean "lambda"/),
    );
    assert.throws(
      () => createDenseDistiller('mgd', { lambda: 2 }, networks),
      rejects('HYPER_VALUE', /lambda/),
    );
  });
});

describe('MGD', () => {
  it('has parts for every level, adapts channels only where they differ, and draws a mask of each map', () => {
    const { params, draws } = createDenseDistiller(
      'mgd',
      { levels: 2 },
      { student: detector(8), teacher: detector(16) },
    );
    const names = params.map(({ name }) => name);
    assert.ok(names.includes('levels.0.align.weight') && names.includes('levels.1.align.bias'));
    assert.ok(!names.some((name) => name.startsWith('levels.2')));
    const maps = [
      [8, 12],
      [4, 6],
      [2, 3],
    ] as const;
    const shapes = Object.entries(draws).map(([name, draw]) => [name, draw.shape(2, maps)]);
    assert.deepEqual(Object.fromEntries(shapes), { random0: [2, 8, 12, 1], random1: [2, 4, 6, 1] });
    const alike = createDenseDistiller('mgd', {}, { student: detector(8), teacher: detector(8) });
    assert.ok(!alike.params.some(({ name }) => name.includes('align')));
  });

  it('needs a teacher of the same strides', () => {
    const student = detector(8);
    assert.throws(
      () => createDenseDistiller('mgd', {}, { student, teacher: null }),
      rejects('METHOD_TEACHER', /mgd needs a teacher/),
    );
    const teacher = { ...student, name: 'other', strides: [8, 16, 64] };
    assert.throws(
      () => createDenseDistiller('mgd', {}, { student, teacher }),
      rejects(
        'METHOD_NETWORKS',
        /map 2 of detector8 has a stride of 32 pixels and that of other 64/,
      ),
    );
  });

  it('compares logits of segmenters of the same classes only', () => {
    assert.throws(
      () => createDenseDistiller('mgd', {}, { student: segmenter(8), teacher: segmenter(16, 7) }),
      rejects('METHOD_TEACHER', /7 classes and the student segmenter8 5/),
    );
    assert.throws(
      () =>
        createDenseDistiller(
          'mgd',
          { logitWeight: 3 },
          { student: detector(8), teacher: detector(16) },
        ),
      rejects('METHOD_NETWORKS', /detector8 is no segmenter/),
    );
  });
});
