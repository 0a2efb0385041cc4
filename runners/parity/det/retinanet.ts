import { retinaLosses } from '../../models/detection/retina-losses.ts';
import { retinanet } from '../../models/detection/retinanet.ts';
import { anchorGrid } from '../../tasks/detection/anchor-targets.ts';
import { pyramidSizes, retinaAnchors } from '../../tasks/detection/anchors.ts';
import { retinaTest } from '../../tasks/detection/retina-decode.ts';
import { retinaTargets } from '../../tasks/detection/retina-targets.ts';
import { oneStageCheck } from './one-stage.ts';

/** RetinaNet: see `oneStageCheck`. */
export const retinanetCheck = oneStageCheck((backbone, options) => {
  const { classes } = options;
  const config = retinaAnchors();
  return {
    detector: retinanet('retinanet', { backbone }, options),
    config: retinaTest,
    losses(output, inputs) {
      const { cls, box } = retinaLosses(output, inputs, classes);
      return { loss_cls: cls, loss_bbox: box };
    },
    targets: (truths, size) => ({
      ...retinaTargets(anchorGrid(config, pyramidSizes(size, config.strides)), truths, classes),
    }),
    last: /retina_(cls|reg)/,
  };
});
