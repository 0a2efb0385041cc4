import type { Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { biasAdd, relu } from '../engine/ops/index.ts';
import { type Layer, ModuleScope } from '../networks/modules.ts';
import type { MapShape } from '../networks/shapes.ts';
import type { ParamSpec } from '../networks/types.ts';
import { defineMethod } from './define.ts';
import { meanSquare } from './feature-ops.ts';
import { unless } from './idle.ts';
import { onFeatures } from './on-features.ts';
import * as option from './option.ts';
import { partsContext, refuseNetworks, torchDefaults } from './parts.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (FITNET)';

/**
 * FitNets: the student's map at one layer, through a learned regressor, is pulled towards the
 * teacher's.
 *
 * The regressor (mdistiller's ConvReg) is a convolution, batch norm and ReLU. Its convolution
 * depends on the heights: 3x3 with stride 2 where the student's map is twice as high, a transposed
 * 4x4 with stride 2 where it is half as high, else a convolution without padding of the size that
 * leaves the teacher's height.
 */
export const fitnet = defineMethod({
  kind: 'network',
  id: 'fitnet',
  title: 'FitNets',
  reference: {
    paper: 'Romero et al.: FitNets: Hints for Thin Deep Nets, ICLR 2015, arXiv 1412.6550',
    equations: 'Equation 3: 1/2 ||u_h(x; W_hint) - r(v_g(x; W_guided); W_r)||^2',
    official:
      'megvii-research/mdistiller@a08d46f mdistiller/distillers/FitNet.py, mdistiller/distillers/_common.py (ConvReg); the mean of squares without 1/2, together with the cross-entropy from the first epoch',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', cfg),
    featWeight: option.weight(100, 'Weight of the distance between the hints', cfg),
    hintLayer: option.number({
      default: 2,
      min: 0,
      integer: true,
      about: 'Which feature map of both networks is compared; 0 is the stem',
      source: cfg,
    }),
  },
  idle: { hintLayer: unless('featWeight') },
  comparesMaps: true,
  refuses: onFeatures('fitnet', false),
  build: ({ hintLayer: layer, featWeight }, { student, teacher }) => {
    const [from, to] = [student.features[layer], teacher.features[layer]];
    if (from === undefined || to === undefined) {
      return refuseNetworks(
        'fitnet',
        `hintLayer is ${layer}, but ${student.name} has ${student.features.length} feature maps and ${teacher.name} ${teacher.features.length}`,
      );
    }
    const regressor = convReg(from, to);
    return {
      params: regressor.params,
      terms: (step) => {
        const hint = regressor.run(partsContext(step), step.student.features[layer] as Tensor4D);
        const loss = meanSquare(hint, step.teacher.features[layer] as Tensor4D);
        return { fitnet: tf.mul<Scalar>(loss, featWeight) };
      },
    };
  },
});

/**
 * mdistiller's ConvReg from one map to the size of another, with its parameters under `conv_reg`.
 */
function convReg([height, , inputs]: MapShape, [target, , outputs]: MapShape) {
  const scope = new ModuleScope();
  const parts = scope.child('conv_reg');
  const convolution = height * 2 === target ? transposed : adapted;
  const conv = convolution();
  const norm = parts.batchNorm('bn', outputs);
  const run: Layer = (context, x) => relu(norm(context, conv(context, x)));
  return { params: torchDefaults(scope.params), run };

  function adapted(): Layer {
    if (height < target) {
      refuseNetworks(
        'fitnet',
        `its regressor knows no way from maps of height ${height} to maps of height ${target}`,
      );
    }
    return parts.conv('conv', {
      inputs,
      outputs,
      bias: true,
      ...(height === 2 * target
        ? { kernel: 3, stride: 2, padding: 1 }
        : { kernel: 1 + height - target }),
    });
  }

  function transposed(): Layer {
    scope.params.push(...transposedParams('conv_reg.conv', inputs, outputs));
    return (context, x) =>
      context.layer('conv_reg.conv', () => {
        const [batch, rows, columns] = x.shape;
        const weight = context.param('conv_reg.conv.weight') as Tensor4D;
        // For an even size, TensorFlow's SAME with kernel 4 and stride 2 is PyTorch's padding of 1
        // on every side.
        const size: [number, number, number, number] = [batch, 2 * rows, 2 * columns, outputs];
        const y = tf.conv2dTranspose(x, weight, size, 2, 'same');
        return biasAdd(y, context.param('conv_reg.conv.bias') as Tensor1D);
      });
  }
}

/** `nn.ConvTranspose2d` with a 4x4 kernel: PyTorch keeps its weight as [inputs, outputs, 4, 4]. */
function transposedParams(path: string, inputs: number, outputs: number): ParamSpec[] {
  const init = { kind: 'uniform', bound: 1 / Math.sqrt(outputs * 16) } as const;
  return [
    {
      name: `${path}.weight`,
      torchShape: [inputs, outputs, 4, 4],
      shape: [4, 4, outputs, inputs],
      kind: 'weight',
      layout: 'oihw',
      trainable: true,
      init,
    },
    {
      name: `${path}.bias`,
      torchShape: [outputs],
      shape: [outputs],
      kind: 'bias',
      layout: 'flat',
      trainable: true,
      init,
    },
  ];
}
