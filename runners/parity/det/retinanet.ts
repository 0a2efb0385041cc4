import { retinaAnchors } from '../../detection/families/retinanet/anchors.ts';
import { retinaLosses } from '../../detection/families/retinanet/losses.ts';
import { retinanet } from '../../detection/families/retinanet/network.ts';
import { retinaTargets } from '../../detection/families/retinanet/targets.ts';
import { anchorGrid } from '../../detection/geometry/anchor-targets.ts';
import { pyramidSizes } from '../../detection/geometry/anchors.ts';
import { anchorCoder } from '../../detection/geometry/delta-coder.ts';
import { inFloats } from '../../detection/geometry/whole-batch.ts';
import { assignOf, coderOf, denseTestOf, neckOf, trainingOf } from './detector-config.ts';
import { oneStageCheck } from './one-stage.ts';

/** RetinaNet: see `oneStageCheck`. */
export const retinanetCheck = oneStageCheck((root, backbone, options) => {
  const { classes } = options;
  const config = root.get('config');
  config.allFixed({ type: 'RetinaNet' });
  const channels = neckOf(config, backbone, { startLevel: 1, extra: 'on_input' });
  const head = config.get('bbox_head');
  head.allFixed({
    type: 'RetinaHead',
    in_channels: channels,
    feat_channels: channels,
    loss_cls: { type: 'FocalLoss', use_sigmoid: true, gamma: 2, alpha: 0.25, loss_weight: 1 },
    loss_bbox: { type: 'L1Loss', loss_weight: 1 },
  });
  head.get('num_classes').sameAs(root.get('num_classes'));
  head.optional('train_cfg')?.sameAs(config.get('train_cfg'));
  head.optional('test_cfg')?.sameAs(config.get('test_cfg'));
  coderOf(head.get('bbox_coder'), anchorCoder);
  const generator = head.get('anchor_generator');
  const octaveBaseScale = generator.get('octave_base_scale').number();
  const anchors = retinaAnchors({ octaveBaseScale });
  const { ratios, strides } = anchors;
  generator.allFixed({ type: 'AnchorGenerator', scales_per_octave: 3, ratios, strides });
  const training = config.get('train_cfg');
  trainingOf(training);
  training.allFixed({ sampler: { type: 'PseudoSampler' } });
  const assign = assignOf(training.get('assigner'));
  const test = denseTestOf(config.get('test_cfg'));
  const stacked = head.get('stacked_convs').number();
  return {
    detector: retinanet(
      'retinanet',
      { backbone, channels, stacked, octaveBaseScale, test },
      options,
    ),
    config: test,
    losses(output, inputs) {
      const { cls, box } = retinaLosses(output, inputs, classes);
      return { loss_cls: cls, loss_bbox: box };
    },
    targets: (truths, size) => ({
      ...inFloats(
        retinaTargets(anchorGrid(anchors, pyramidSizes(size, strides)), truths, classes, assign),
        'labels',
      ),
    }),
    last: /retina_(cls|reg)/,
  };
});
