import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';
import { convnext } from '../../../runners/networks/convnext.ts';
import { forwardContext } from '../../../runners/networks/forward.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { mixer } from '../../../runners/networks/mixer.ts';
import { pit } from '../../../runners/networks/pit.ts';
import { pvt } from '../../../runners/networks/pvt.ts';
import { networkShapes } from '../../../runners/networks/shapes.ts';
import { stagePlaces } from '../../../runners/networks/stages.ts';
import { swin } from '../../../runners/networks/swin.ts';
import { t2tVit } from '../../../runners/networks/t2t-vit.ts';
import { taughtLogits } from '../../../runners/networks/taught-logits.ts';
import type { Network, ParamSpec } from '../../../runners/networks/types.ts';
import { vit } from '../../../runners/networks/vit.ts';
import '../../../runners/distillers/all.ts';

// Values and gradients are compared with the originals' by `verify`: models/*timm*.json and
// models/*lskd*.json.

const pictures = [28, 28, 3] as const;
const never = () => assert.fail('not asked for');
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
    const stages = {
      widths: [8, 16],
      depths: [1, 1],
      heads: [1, 2],
      mlpRatios: [2, 2],
      reductions: [4, 2],
    };
    const windows = {
      patch: 4,
      window: 7,
      width: 8,
      depths: [1, 1, 1, 1],
      heads: [1, 1, 1, 1],
    } as const;
    build(() => pit('odd', stages, { classes: 5, inputShape: [8, 8, 3] }));
    build(() => pvt('odd', stages, { classes: 5, inputShape: [28, 28, 3] }));
    const tokens = { width: 8, heads: 2, depth: 1 };
    build(() => t2tVit('odd', tokens, { classes: 5, inputShape: [24, 24, 3] }));
    assert.throws(
      () => swin('odd', windows, { classes: 5, inputShape: [32, 32, 3] }),
      /multiples of 224 pixels, not 32 x 32/,
    );
  });
});

describe('a network with a distillation token', () => {
  const spec = { patch: 4, width: 8, depth: 1, heads: 2, stages: [0], distilled: true };
  const network = vit('distilled', spec, { classes: 5, inputShape: pictures });
  const init = { kind: 'normal', std: 1 } as const;
  // Weights that no head starts with: of zeros both would be equal.
  const state = Object.fromEntries(
    network.params.map(({ name, shape }, k) => {
      const values = initialState([{ ...(network.params[k] as ParamSpec), init }], 1)[name];
      return [name, tf.tensor(values as Float32Array, [...shape])];
    }),
  );
  const images = tf.ones([2, ...pictures]) as Tensor4D;
  const run = (training: boolean) => network.forward(forwardContext(state, training), images);
  const values = (tensor: Tensor) => [...tensor.dataSync()];

  it('learns from labels and from the teacher by two heads, and answers with their mean', () => {
    const { logits, taughtLogits: taught } = run(true);
    assert.ok(taught !== undefined);
    assert.notDeepEqual(values(taught), values(logits));
    const after = run(false);
    assert.equal(after.taughtLogits, undefined);
    const mean = tf.mul(tf.add(logits, taught), 0.5);
    assert.deepEqual(values(after.logits), values(mean));
  });

  it('gives methods of logits the second head, and cross-entropy the first', () => {
    const { losses } = createDistiller('kd', {}, { student: network, teacher });
    const output = run(true);
    const labels = tf.tensor1d([0, 1], 'int32');
    const given = { labels, param: never, scalar: never, draw: never, update: never };
    const teach = (logits: Tensor2D) =>
      losses({ ...given, student: output, teacher: { ...output, logits } });
    const equal = teach(taughtLogits(output));
    assert.ok(Math.abs((equal['kd'] as Tensor).dataSync()[0] as number) < 1e-6);
    const other = teach(output.logits);
    assert.ok(((other['kd'] as Tensor).dataSync()[0] as number) > 1e-4);
    assert.deepEqual(values(equal['ce'] as Tensor), values(other['ce'] as Tensor));
  });
});

describe('branches that may be left out', () => {
  const setting = { classes: 5, inputShape: [32, 32, 3] } as const;
  const ofStages = { widths: [8, 16], depths: [1, 2], heads: [1, 2] };
  const networks = [
    t2tVit('t2t', { width: 8, heads: 2, depth: 3, tokenWidth: 8 }, setting),
    pit('pit', { ...ofStages, patch: 8, stride: 4 }, setting),
    pvt('pvt', { ...ofStages, mlpRatios: [2, 2], reductions: [2, 1] }, setting),
  ];

  it('are asked for one by one, as many as the network has probabilities for', () => {
    for (const network of networks) {
      const probabilities = network.dropPath?.(0.3) ?? [];
      const state = Object.fromEntries(
        network.params.map(({ name, shape }) => [name, tf.zeros([...shape])]),
      );
      let asked = 0;
      const branch = <T extends Tensor>(x: T): T => {
        asked += 1;
        return x;
      };
      network.forward({ ...forwardContext(state, true), branch }, tf.ones([1, 32, 32, 3]));
      assert.equal(asked, probabilities.length, network.name);
      assert.equal(asked, 6, network.name);
      const last = network.name === 'pit' ? 0.2 : 0.3;
      assert.ok(Math.abs((probabilities.at(-1) as number) - last) < 1e-12, network.name);
      assert.equal(probabilities[0], 0);
    }
  });
});

describe('how networks of tokens start', () => {
  const t2t = t2tVit(
    't2t',
    { width: 8, heads: 2, depth: 1, tokenWidth: 8 },
    { classes: 5, inputShape: [32, 32, 3] },
  );
  const state = initialState(t2t.params, 1);

  it("a Performer's projections are orthogonal rows of equal length, and not trained", () => {
    const name = 't2t_module.attention.0.attn.w';
    const rows = state[name] as Float32Array;
    const dot = (a: number, b: number) =>
      Array.from(
        { length: 8 },
        (_, at) => (rows[8 * a + at] ?? 0) * (rows[8 * b + at] ?? 0),
      ).reduce((sum, value) => sum + value, 0);
    for (const row of [0, 1, 2, 3]) {
      assert.ok(Math.abs(dot(row, row) - 4) < 1e-5);
      for (const other of [0, 1, 2, 3].filter((each) => each !== row)) {
        assert.ok(Math.abs(dot(row, other)) < 1e-5);
      }
    }
    assert.equal(t2t.params.find((param) => param.name === name)?.trainable, false);
  });

  it('positions are sines and cosines of growing wavelength', () => {
    const places = state['pos_embed'] as Float32Array;
    assert.deepEqual([...places.subarray(0, 8)], [0, 1, 0, 1, 0, 1, 0, 1]);
    const second = [Math.sin(1), Math.cos(1), Math.sin(0.1), Math.cos(0.1)];
    second.forEach((value, at) => {
      assert.ok(Math.abs((places[8 + at] as number) - value) < 1e-6);
    });
  });

  it("patches as PyTorch's convolutions: uniform within the fan-in", () => {
    const bound = 1 / Math.sqrt(3 * 4 * 4);
    const values = initialState(student.params, 1)['patch_embed.proj.weight'] as Float32Array;
    const largest = Math.max(...values.map(Math.abs));
    assert.ok(largest <= bound && largest > 0.9 * bound, `${largest} of ${bound}`);
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
