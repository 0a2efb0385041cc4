import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { adaptiveAvgPool } from '../engine/ops/index.ts';
import { type Layer, ModuleScope } from '../networks/modules.ts';
import type { MapShape } from '../networks/shapes.ts';
import type { Forward, NetworkOutput } from '../networks/types.ts';
import { defineMethod } from './define.ts';
import { meanSquare, sumOf } from './feature-ops.ts';
import { unless } from './idle.ts';
import { onFeatures } from './on-features.ts';
import * as option from './option.ts';
import { partsContext, refuseNetworks, withWeights } from './parts.ts';
import { warmup } from './scalars.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (REVIEWKD)';

/**
 * Knowledge review: from the deepest stage to the first, the student's map is fused by attention
 * with what came from the stage behind it (attention based fusion, ABF) and compared with the
 * teacher's map of that stage at several sizes (hierarchical context loss, HCL). The pooled feature
 * counts as the deepest stage; the stem is left out.
 *
 * Sizes and channels are those of the two networks, where the official configuration writes them
 * out for one pair. Networks with different numbers of stages are aligned at the deepest. The
 * teacher's maps are those before the last activation of a stage, the student's those after it
 * (`STU_PREACT` false).
 */
export const reviewkd = defineMethod({
  kind: 'network',
  id: 'reviewkd',
  title: 'Knowledge review',
  reference: {
    paper: 'Chen et al.: Distilling Knowledge via Knowledge Review, CVPR 2021, arXiv 2104.09044',
    equations: 'Equation 5 (residual learning), section 3.3 (ABF, HCL)',
    official: 'megvii-research/mdistiller@a08d46f mdistiller/distillers/ReviewKD.py',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', cfg),
    featWeight: option.weight(1, 'Weight of the review (5 in configs/cifar100/reviewkd.yaml)', cfg),
    warmupEpochs: option.warmupEpochs(20, cfg),
    maxMidChannels: option.number({
      default: 512,
      min: 1,
      integer: true,
      about:
        'Most channels inside the fusion; the official code has 512 whatever MAX_MID_CHANNEL says',
      source: 'megvii-research/mdistiller@a08d46f mdistiller/distillers/ReviewKD.py',
    }),
    studentFeatures: option.choice({
      default: 'activated',
      choices: ['activated', 'preactivated'],
      about:
        'Which maps of the student are reviewed; the official ImageNet configurations take those before the activation',
      source: `${cfg}: STU_PREACT`,
    }),
  },
  idle: {
    warmupEpochs: unless('featWeight'),
    maxMidChannels: unless('featWeight'),
    studentFeatures: unless('featWeight'),
  },
  comparesMaps: true,
  refuses: onFeatures('reviewkd', false),
  scalars: warmup,
  build: ({ studentFeatures, maxMidChannels, featWeight }, { student, teacher }) => {
    const before = studentFeatures === 'preactivated';
    const own = (before ? student.preactFeatures : student.features).slice(1);
    const other = teacher.preactFeatures.slice(1);
    if (own.length === 0 || other.length === 0) {
      const lacking = own.length === 0 ? student.name : teacher.name;
      return refuseNetworks('reviewkd', `${lacking} has no maps before the activation`);
    }
    const count = Math.min(own.length, other.length);
    // Deepest first, the pooled feature before all maps.
    const from: MapShape[] = [[1, 1, student.pooled], ...own.slice(-count).reverse()];
    const to: MapShape[] = [[1, 1, teacher.pooled], ...other.slice(-count).reverse()];
    const scope = new ModuleScope();
    const middle = Math.min(maxMidChannels, student.pooled);
    const fusions = from.map(([, , inputs], stage) =>
      fusion(scope.child(`abfs.${stage}`), inputs, middle, (to[stage] as MapShape)[2], stage > 0),
    );
    const params = withWeights(scope.params, (fanIn) => ({
      kind: 'uniform',
      bound: Math.sqrt(3 / fanIn),
    }));
    return {
      // `kaiming_uniform_(a=1)` for the fusion's convolutions; the attention keeps PyTorch's
      // default.
      params: params.map((spec) => (spec.name.includes('att_conv') ? attentionInit(spec) : spec)),
      terms: (step) => {
        const context = partsContext(step);
        const maps = stagesOf(step.student, before, count);
        const targets = stagesOf(step.teacher, true, count);
        let carried: Tensor4D | null = null;
        const losses = fusions.map((fuse, stage) => {
          const target = targets[stage] as Tensor4D;
          const { made, next } = fuse(context, maps[stage] as Tensor4D, carried, target);
          carried = next;
          return contextLoss(made, target);
        });
        const loss = tf.mul<Scalar>(sumOf(losses.reverse()), featWeight);
        return { reviewkd: tf.mul(loss, step.scalar('warmup')) };
      },
    };
  },
});

function attentionInit<T extends { readonly torchShape: readonly number[]; readonly kind: string }>(
  spec: T,
): T {
  if (spec.kind !== 'weight') return spec;
  const fanIn = spec.torchShape.slice(1).reduce((product, side) => product * side, 1);
  return { ...spec, init: { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) } };
}

/** The pooled feature as a 1x1 map, then the last `count` maps, deepest first. */
function stagesOf(output: NetworkOutput, before: boolean, count: number): Tensor4D[] {
  const [batch, width] = output.pooled.shape;
  const maps = before ? output.preactFeatures : output.features;
  return [
    tf.reshape(output.pooled, [batch, 1, 1, width]) as Tensor4D,
    ...maps.slice(-count).reverse(),
  ];
}

type Fusion = (
  context: Forward,
  map: Tensor4D,
  carried: Tensor4D | null,
  target: Tensor4D,
) => { readonly made: Tensor4D; readonly next: Tensor4D };

/** Attention based fusion of a stage's map with what the deeper stage passed on. */
function fusion(
  scope: ModuleScope,
  inputs: number,
  middle: number,
  outputs: number,
  fuses: boolean,
): Fusion {
  const enter = scope.child('conv1').convNorm(0, 1, { inputs, outputs: middle, kernel: 1 });
  const leave = scope
    .child('conv2')
    .convNorm(0, 1, { inputs: middle, outputs, kernel: 3, padding: 1 });
  const attend: Layer | null = fuses
    ? scope.child('att_conv').conv(0, { inputs: 2 * middle, outputs: 2, kernel: 1, bias: true })
    : null;
  return (context, map, carried, target) => {
    let x = enter(context, map);
    if (attend !== null && carried !== null) {
      const y = resized(carried, x.shape[1]);
      const shares = tf.sigmoid(attend(context, tf.concat([x, y], 3)));
      const [first, second] = tf.split(shares, 2, 3) as [Tensor, Tensor];
      x = tf.add(tf.mul(x, first), tf.mul(y, second));
    }
    const next = resized(x, target.shape[1]);
    return { made: leave(context, next), next };
  };
}

/** Nearest neighbour to `size` x `size`. */
function resized(map: Tensor4D, size: number): Tensor4D {
  return map.shape[1] === size ? map : tf.image.resizeNearestNeighbor(map, [size, size]);
}

/**
 * Hierarchical context loss: mean of squares of the whole maps and of their 4x4, 2x2 and 1x1
 * averages, 1 : 1/2 : 1/4 ...
 */
function contextLoss(student: Tensor4D, teacher: Tensor4D): Scalar {
  const sizes = [4, 2, 1].filter((size) => size < student.shape[1]);
  let [weight, total] = [1, 1];
  const losses = [meanSquare(student, teacher)];
  for (const size of sizes) {
    weight /= 2;
    total += weight;
    const pooled = meanSquare(adaptiveAvgPool(student, size), adaptiveAvgPool(teacher, size));
    losses.push(tf.mul(pooled, weight));
  }
  return tf.div(sumOf(losses), total);
}
