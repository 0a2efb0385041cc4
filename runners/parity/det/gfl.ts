import { gflAnchors } from '../../detection/families/gfl/anchors.ts';
import { gflLosses } from '../../detection/families/gfl/losses.ts';
import { gfl, regMax } from '../../detection/families/gfl/network.ts';
import { gflTargets } from '../../detection/families/gfl/targets.ts';
import { anchorGrid } from '../../detection/geometry/anchor-targets.ts';
import { pyramidSizes } from '../../detection/geometry/anchors.ts';
import { gridMemory } from '../../detection/geometry/grids.ts';
import { inFloats } from '../../detection/geometry/whole-batch.ts';
import { denseTestOf, neckOf, trainingOf } from './detector-config.ts';
import { integersOf } from './layout.ts';
import { oneStageCheck } from './one-stage.ts';

/** GFL: see `oneStageCheck`; and which anchors ATSS assigned to boxes. */
export const gflCheck = oneStageCheck((root, backbone, options) => {
  const { classes } = options;
  const config = root.get('config');
  config.allFixed({ type: 'GFL' });
  const channels = neckOf(config, backbone, { startLevel: 1, extra: 'on_output' });
  const head = config.get('bbox_head');
  head.allFixed({
    type: 'GFLHead',
    in_channels: channels,
    feat_channels: channels,
    anchor_generator: {
      type: 'AnchorGenerator',
      ratios: gflAnchors.ratios,
      octave_base_scale: gflAnchors.scales[0],
      scales_per_octave: gflAnchors.scales.length,
      strides: gflAnchors.strides,
    },
    loss_cls: { type: 'QualityFocalLoss', use_sigmoid: true, beta: 2, loss_weight: 1 },
    loss_dfl: { type: 'DistributionFocalLoss', loss_weight: 0.25 },
    reg_max: regMax,
    loss_bbox: { type: 'GIoULoss', loss_weight: 2 },
  });
  head.get('num_classes').sameAs(root.get('num_classes'));
  const training = config.get('train_cfg');
  trainingOf(training);
  training.allFixed({ assigner: { type: 'ATSSAssigner', topk: 9 } });
  const test = denseTestOf(config.get('test_cfg'));
  const stacked = head.get('stacked_convs').number();
  const { strides } = gflAnchors;
  const anchorsOf = gridMemory(gflAnchors);
  return {
    detector: gfl('gfl', { backbone, channels, stacked, test }, options),
    config: test,
    losses(output, inputs) {
      const { cls, box, dfl } = gflLosses(output, inputs, anchorsOf(output), strides, classes);
      return { loss_cls: cls, loss_bbox: box, loss_dfl: dfl };
    },
    targets: (truths, size) => ({
      ...inFloats(
        gflTargets(anchorGrid(gflAnchors, pyramidSizes(size, strides)), truths, classes),
        'labels',
      ),
    }),
    assigned(comparison, train, targets) {
      const labels = targets['labels'] as Float32Array;
      const pictures = train.get('positives').list();
      const count = labels.length / pictures.length;
      pictures.forEach((golden, picture) => {
        const own = labels.subarray(picture * count, (picture + 1) * count);
        const positive = [...own.keys()].filter((anchor) => (own[anchor] as number) < classes);
        comparison.equal(`picture ${picture}, positives`, positive, [...integersOf(golden)]);
        const classesOf = positive.map((anchor) => own[anchor] as number);
        const expected = train.get('positive_labels').list()[picture];
        if (expected === undefined) throw golden.malformed('has no positive_labels beside it');
        comparison.equal(`picture ${picture}, labels`, classesOf, [...integersOf(expected)]);
      });
    },
    last: /gfl_(cls|reg)|scales/,
  };
});
