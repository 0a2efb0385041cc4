import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { convnext } from '../../../runners/networks/convnext.ts';
import { mixer } from '../../../runners/networks/mixer.ts';
import { networkShapes } from '../../../runners/networks/shapes.ts';
import { stagePlaces } from '../../../runners/networks/stages.ts';
import { swin } from '../../../runners/networks/swin.ts';
import type { Network } from '../../../runners/networks/types.ts';
import { vit } from '../../../runners/networks/vit.ts';
import '../../../runners/distillers/all.ts';

// Values and gradients are compared with timm's by `verify`: models/*timm*.json.

const pictures = [28, 28, 3] as const;
const student = vit(
  'tiny vit',
  { patch: 4, width: 8, depth: 4, heads: 2, stages: [0, 1, 2, 3] },
  { classes: 5, inputShape: pictures },
);
const teacher = convnext(
  'tiny convnext',
  { depths: [1, 1, 1, 1], widths: [4, 4, 8, 8] },
  { classes: 5, inputShape: [64, 64, 3] },
);

describe('networks of tokens', () => {
  it('give tokens after every block, class token first, and no maps', () => {
    const { tokens, features, classTokens } = networkShapes(student);
    assert.deepEqual(tokens, Array(4).fill([50, 8]));
    assert.deepEqual(features, []);
    assert.equal(classTokens, 1);
    assert.deepEqual(stagePlaces(student, 0), { of: 'tokens', places: [0, 1, 2, 3] });
  });

  it('refuse pictures that cannot be parted into patches or windows', () => {
    const build = (family: () => Network) => assert.throws(family, { code: 'MODEL_INPUT' });
    const spec = { patch: 5, width: 8, depth: 1, heads: 2, stages: [0, 0, 0, 0] } as const;
    build(() => vit('odd', spec, { classes: 5, inputShape: pictures }));
    build(() => mixer('odd', { ...spec, kind: 'resmlp' }, { classes: 5, inputShape: pictures }));
    const windows = {
      patch: 4,
      window: 7,
      width: 8,
      depths: [1, 1, 1, 1],
      heads: [1, 1, 1, 1],
    } as const;
    assert.throws(
      () => swin('odd', windows, { classes: 5, inputShape: [32, 32, 3] }),
      /multiples of 224 pixels, not 32 x 32/,
    );
  });
});

describe('methods on networks of tokens', () => {
  it('that compare maps say so', () => {
    for (const method of ['fitnet', 'at', 'reviewkd', 'sp', 'vid', 'mgd', 'nst']) {
      const create = () => createDistiller(method, {}, { student, teacher });
      assert.throws(create, {
        code: 'METHOD_NETWORKS',
        message: `${method} cannot be used here: it compares maps, and tiny vit gives tokens.`,
      });
    }
  });

  it('that compare logits or pooled features work', () => {
    for (const method of ['kd', 'dkd', 'dist', 'correlation', 'rkd', 'ofa']) {
      assert.ok(createDistiller(method, {}, { student, teacher }).params.length >= 0, method);
    }
  });

  it('FitNets at every stage works between tokens and maps, and refuses grids that do not fit', () => {
    const grid8 = vit(
      'grid of 8',
      { patch: 4, width: 8, depth: 4, heads: 2, stages: [0, 1, 2, 3] },
      { classes: 5, inputShape: [32, 32, 3] },
    );
    const names = (one: Network, other: Network) =>
      createDistiller('fitnet-stages', {}, { student: one, teacher: other }).params.map(
        ({ name }) => name,
      );
    assert.ok(names(teacher, grid8).includes('projector.1.aligner.proj.weight'));
    assert.ok(names(grid8, teacher).includes('projector.1.aligner.0.weight'));
    assert.ok(names(grid8, grid8).includes('projector.4.aligner.1.weight'));
    const odd = /no way between sizes of 16 and 7 \(tiny convnext to tiny vit, stage 1\)/;
    assert.throws(() => names(student, teacher), odd);
  });

  it('OFA gives a head the official blocks, and refuses a grid without a head', () => {
    const { params } = createDistiller('ofa', {}, { student, teacher });
    const blocks = params.filter(({ name }) => /\.norm1\.weight$/.test(name));
    // 3, 2, 1 and 1 blocks; none of the grids of 7 x 7 is merged.
    assert.equal(blocks.length, 7);
    assert.equal(
      params.some(({ name }) => name.endsWith('qkv.bias')),
      false,
    );
    const spec = { patch: 4, width: 6, depth: 4, heads: 2, stages: [0, 1, 2, 3] } as const;
    assert.throws(
      () =>
        createDistiller(
          'ofa',
          {},
          { student: vit('odd', spec, { classes: 5, inputShape: pictures }), teacher },
        ),
      /6 channels cannot be parted into 4 heads \(odd, stage 1\)/,
    );
  });
});
