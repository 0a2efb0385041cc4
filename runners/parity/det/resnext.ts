import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { type BackboneSpec, backbone, backbones } from '../../detection/parts/backbone.ts';
import { fpn } from '../../detection/parts/fpn.ts';
import { tf } from '../../engine/tensorflow.ts';
import { ModuleScope } from '../../networks/modules.ts';
import { formulaPictures, formulaSettings } from '../formula.ts';
import { GoldenNode } from '../golden.ts';
import type { Mode } from '../networks.ts';
import { pictureShape } from '../networks.ts';
import { Comparison, relativeTolerance } from '../tolerance.ts';
import { neckOf } from './detector-config.ts';
import { compareParamGradients } from './head-file.ts';
import { compareNoisy, structureCase } from './network-file.ts';
import { ruleInput, runPart } from './part-file.ts';

/**
 * ResNeXt backbones with plain and deformable convolutions behind a feature pyramid: names, maps,
 * gradients; and the names and shapes of the published sizes.
 */
export const resnextCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    return [
      ...root
        .get('cases')
        .list()
        .flatMap((node) => networkCases(mode, file.path, root, node)),
      ...root
        .get('full_size')
        .entries()
        .map(([name, node]) => sizeCase(file.path, name, node)),
    ];
  };

/** The backbone that a config describes. */
function resnextOf(node: GoldenNode): BackboneSpec {
  const depth = node.get('depth').number();
  if (depth !== 50 && depth !== 101) throw node.malformed(`has the unknown depth ${depth}`);
  const width = node.optional('base_channels')?.number() ?? 64;
  node.allFixed({
    type: 'ResNeXt',
    stem_channels: width,
    num_stages: 4,
    out_indices: [0, 1, 2, 3],
    norm_cfg: { type: 'BN', requires_grad: true },
    style: 'pytorch',
  });
  const { block, counts } = backbones[`r${depth}`];
  return {
    ...{ block, counts, width },
    groups: { count: node.get('groups').number(), width: node.get('base_width').number() },
    ...deformableOf(node),
  };
}

function deformableOf(node: GoldenNode): Pick<BackboneSpec, 'deformable'> {
  const dcn = node.optional('dcn');
  if (dcn === null) return {};
  dcn.allFixed({ deform_groups: 1, fallback_on_stride: false });
  node.get('stage_with_dcn').fixed([false, true, true, true]);
  const type = dcn.get('type').text();
  if (type !== 'DCN' && type !== 'DCNv2') throw dcn.malformed(`has the unknown type ${type}`);
  return { deformable: type === 'DCN' ? 'plain' : 'modulated' };
}

function networkCases(mode: Mode, path: string, root: GoldenNode, node: GoldenNode): ParityCase[] {
  const label = node.get('name').text();
  const config = node.get('config');
  const body = config.get('backbone');
  const spec = resnextOf(body);
  const scope = new ModuleScope();
  const training = {
    frozenStages: body.get('frozen_stages').number(),
    normEval: body.get('norm_eval').flag(),
  };
  const run = backbone(scope.child('backbone'), spec, training);
  const channels = neckOf(config, spec, {});
  const neck = fpn(scope.child('neck'), {
    inputs: run.channels,
    ...{ channels, startLevel: 0, levels: 5, extra: 'pool' },
  });
  const structure = { ...structureCase(path, node, scope.params), name: `${label}, structure` };
  if (!structure.ok) return [structure];

  const { seed, tag } = formulaSettings(root);
  const shape = pictureShape(node.get('picture').get('shape'));
  const [batch, , height, width] = shape;
  const images = {
    shape: [batch, height, width, 3],
    dtype: 'float32' as const,
    data: formulaPictures(shape, seed, tag),
  };
  const levels = [4, 8, 16, 32, 64].map((stride, level) =>
    ruleInput(
      [batch, channels, Math.ceil(height / stride), Math.ceil(width / stride)],
      ...([5000003 + level, seed] as const),
    ),
  );
  const { outputs, loss, gradients, inputGradients } = runPart(mode, {
    ...{ params: scope.params, seed, golden: node, differentiate: ['images'] },
    inputs: {
      images,
      ...Object.fromEntries(levels.map((level, index) => [`weight_${index}`, level])),
    },
    run(context, given) {
      const maps = run.run(context, given['images'] as Tensor4D);
      const features = neck(context, maps);
      const terms = features.map((map, level) =>
        tf.mean(tf.mul(map, given[`weight_${level}`] as Tensor)),
      );
      const named = (kind: string, all: readonly Tensor[]) =>
        all.map((map, level) => [`${kind}_${level}`, map] as const);
      return {
        loss: tf.addN(terms) as Scalar,
        outputs: Object.fromEntries([...named('backbone', maps), ...named('fpn', features)]),
      };
    },
  });
  const maps = new Comparison(path, `${label}, maps`);
  for (const kind of ['backbone', 'fpn']) {
    node
      .get('eval')
      .get(kind)
      .list()
      .forEach((golden, level) => {
        const view = outputs[`${kind}_${level}`];
        if (view !== undefined) compareNoisy(maps, `${kind}_${level}`, view, golden);
      });
  }
  const train = node.get('train');
  const exact = train.get('loss_f64').number();
  const noise = Math.abs(train.get('loss').number() - exact);
  maps.scalar('loss', loss, exact, relativeTolerance(noise, Math.abs(exact)));
  return [
    structure,
    maps.result(),
    gradientCase(path, label, train, scope, { gradients, inputGradients }),
  ];
}

function gradientCase(
  path: string,
  label: string,
  train: GoldenNode,
  { params }: ModuleScope,
  { gradients, inputGradients }: Pick<ReturnType<typeof runPart>, 'gradients' | 'inputGradients'>,
): ParityCase {
  const comparison = new Comparison(path, `${label}, gradients`);
  const golden = train.get('grad');
  const all = Object.values(gradients);
  comparison.equal('parameters with a gradient', all.length, golden.get('n_with_grad').number());
  const whole = Math.sqrt(
    all.reduce((sum, values) => values.reduce((squares, value) => squares + value * value, sum), 0),
  );
  const norm = golden.get('total_norm_f64').number();
  const noise = Math.abs(golden.get('total_norm').number() - norm);
  // A ReLU within rounding of 0 switches: see `compareGradients`.
  const jump = 1e-3;
  const tolerance = relativeTolerance(noise, norm, { floor: jump });
  comparison.scalar('norm of all gradients', whole, norm, tolerance);
  const floorOf = (name: string) => (name.startsWith('neck.') ? 1e-5 : jump);
  compareParamGradients(
    comparison,
    (name, size) => gradients[name] ?? new Float32Array(size),
    golden.get('params'),
    params,
    floorOf,
  );
  const images = inputGradients['images'];
  if (images !== undefined) {
    compareNoisy(comparison, 'gradient of the pictures', images, train.get('grad_input'));
  }
  return comparison.result();
}

/** Names and shapes of a backbone of a published size. */
function sizeCase(path: string, name: string, node: GoldenNode): ParityCase {
  const comparison = new Comparison(path, name);
  const config = node.get('config');
  const described = resnextOf(config);
  const own = Object.values(backbones).find(
    (spec) => JSON.stringify(essentials(spec)) === JSON.stringify(essentials(described)),
  );
  comparison.equal('a backbone of this size is known', own !== undefined, true);
  const scope = new ModuleScope();
  const frozenStages = config.get('frozen_stages').number();
  backbone(scope, own ?? described, { frozenStages, normEval: true });
  const sizeOf = (shape: readonly number[]) => shape.reduce((size, side) => size * side, 1);
  const parameters = scope.params.filter(({ kind }) => !kind.startsWith('running'));
  const count = (some: typeof parameters) =>
    some.reduce((sum, { torchShape }) => sum + sizeOf(torchShape), 0);
  comparison
    .equal('parameters', count(parameters), node.get('parameters').number())
    .equal(
      'trained parameters',
      count(parameters.filter(({ trainable }) => trainable)),
      node.get('trainable_params_frozen_stage_1').number(),
    )
    .equal('tensors', scope.params.length, node.get('tensors').number());
  const known = new Map(scope.params.map(({ name: of, torchShape }) => [of, torchShape]));
  for (const entry of node.get('first_blocks').list()) {
    const [of, shape] = entry.list() as [GoldenNode, GoldenNode];
    comparison.equal(of.text(), known.get(of.text()), shape.shape());
  }
  return comparison.result();
}

const essentials = ({ block, counts, groups, deformable, width = 64 }: BackboneSpec) => ({
  ...{ block, counts, width, deformable: deformable ?? null },
  groups: [groups?.count, groups?.width],
});
