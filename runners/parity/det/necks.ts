import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase } from '../../../contract/parity.ts';
import { backbone, backbones } from '../../detection/parts/backbone.ts';
import { type FpnSpec, fpn } from '../../detection/parts/fpn.ts';
import { tf } from '../../engine/tensorflow.ts';
import { ModuleScope } from '../../networks/modules.ts';
import type { Forward, ParamSpec } from '../../networks/types.ts';
import { formulaPictures, hashValue, pictureTag } from '../formula.ts';
import type { GoldenNode } from '../golden.ts';
import { type Mode, pictureShape } from '../networks.ts';
import { Comparison, relativeTolerance } from '../tolerance.ts';
import {
  compareHeadGradients,
  compareMaps,
  compareParamGradients,
  compareStructure,
  type GivenMaps,
  givenMaps,
  headProgram,
  headStep,
} from './head-file.ts';
import { seededCases } from './seeded-cases.ts';

/** Pyramids of every kind, and a ResNet as Caffe's: maps, a sum of them, its gradients. */
export const necksCheck = seededCases(({ path, node, seed, mode }) =>
  node.get('config').get('type').text() === 'FPN'
    ? pyramidCase(path, node, seed, mode)
    : backboneCase(path, node, seed, mode),
);

interface Part {
  readonly given: GivenMaps;
  readonly params: readonly ParamSpec[];
  run(context: Forward, maps: readonly Tensor4D[]): readonly Tensor4D[];
}

function pyramidCase(path: string, node: GoldenNode, seed: number, mode: Mode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const scope = new ModuleScope();
  const run = fpn(scope, fpnOf(node.get('config')));
  const part = { given: givenMaps(node, seed), params: scope.params, run };
  const outputs = compared(comparison, node, part, seed, mode);
  compareHeadGradients(comparison, outputs, node, part.given, scope.params);
  return comparison.result();
}

function backboneCase(path: string, node: GoldenNode, seed: number, mode: Mode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const config = node.get('config');
  const width = config.get('base_channels').number();
  config.allFixed({
    ...{ type: 'ResNet', stem_channels: width, num_stages: 4, out_indices: [0, 1, 2, 3] },
    ...{ norm_cfg: { type: 'BN', requires_grad: false }, style: 'caffe' },
  });
  const depth = config.get('depth').number();
  const spec = backbones[depth === 101 ? 'r101-caffe' : 'r50-caffe'];
  if (depth !== 101) config.get('depth').fixed(50);
  const scope = new ModuleScope();
  const body = backbone(
    scope,
    { ...spec, width },
    {
      frozenStages: config.get('frozen_stages').number(),
      normEval: config.get('norm_eval').flag(),
    },
  );
  const [batch, channels, height, width_] = pictureShape(node.get('picture').get('shape'));
  const given: GivenMaps = {
    specs: { map0: { shape: [batch, height, width_, channels], dtype: 'float32' } },
    values: { map0: formulaPictures([batch, channels, height, width_], seed, pictureTag) },
  };
  const part: Part = {
    given,
    params: scope.params,
    run: (context, [pictures]) => body.run(context, pictures as Tensor4D),
  };
  const outputs = compared(comparison, node, part, seed, mode);
  const gradient = (name: string, size: number) =>
    (outputs[`grad/${name}`] as Float32Array | undefined) ?? new Float32Array(size);
  compareParamGradients(comparison, gradient, node.get('grad_params'), scope.params);
  const moved = scope.params.filter(({ name }) => outputs[`grad/${name}`] !== undefined);
  comparison.equal('tensors with gradient', moved.length, node.get('n_with_grad').number());
  return comparison.result();
}

/** Compares structure, maps and the loss; gives all outputs of the step. */
function compared(
  comparison: Comparison,
  node: GoldenNode,
  { given, params, run }: Part,
  seed: number,
  mode: Mode,
) {
  compareStructure(comparison, node, params);
  node.get('loss_rule').text();
  const shapes: (readonly number[])[] = [];
  const program = headProgram(mode, node, params, seed, {
    train: headStep({
      given,
      params,
      inputs: {},
      run(context, maps) {
        const outputs = run(context, maps);
        shapes.splice(0, shapes.length, ...outputs.map(({ shape }) => shape));
        return { outputs };
      },
      losses: ({ outputs }) => ({ loss: weightedSum(outputs, seed) }),
    }),
  });
  try {
    const outputs = program.call('train', { ...given.values });
    const shape = (level: number) => shapes[level] ?? [];
    compareMaps(comparison, outputs, node.get('outputs'), 'outputs', shape);
    const exact = node.get('loss_f64').number();
    const noise = Math.abs(node.get('loss').number() - exact);
    const own = outputs['loss/loss']?.[0] as number;
    comparison.scalar('loss', own, exact, relativeTolerance(noise, Math.abs(exact)));
    return outputs;
  } finally {
    program.dispose();
  }
}

/** The files' rule: the sum over levels of the mean of map times r(i, 5000003 + l, seed). */
function weightedSum(maps: readonly Tensor4D[], seed: number): Scalar {
  const means = maps.map((map, level) => {
    const [batch, height, width, channels] = map.shape;
    const weights = Float32Array.from({ length: map.size }, (_, i) =>
      hashValue(i, 5000003 + level, seed),
    );
    const ordered = tf.tensor(weights, [batch, channels, height, width]);
    return tf.mean(tf.mul(tf.transpose(map, [0, 3, 1, 2]), ordered));
  });
  return tf.addN(means as Tensor[]) as Scalar;
}

function fpnOf(config: GoldenNode): FpnSpec {
  config.allFixed({ type: 'FPN' });
  const extra = config.optional('add_extra_convs')?.text();
  if (extra !== undefined && extra !== 'on_input' && extra !== 'on_output') {
    throw config.malformed(`adds levels in the unknown way ${extra}`);
  }
  const norm = config.optional('norm_cfg');
  norm?.allFixed({ type: 'GN', requires_grad: true });
  return {
    inputs: [...config.get('in_channels').numbers()],
    channels: config.get('out_channels').number(),
    startLevel: config.get('start_level').number(),
    levels: config.get('num_outs').number(),
    extra:
      extra === undefined ? 'pool' : extra === 'on_input' ? 'convolutions' : 'output-convolutions',
    extraAfterRelu: config.optional('relu_before_extra_convs')?.flag() ?? false,
    ...(norm !== null && { groups: norm.get('num_groups').number() }),
  };
}
