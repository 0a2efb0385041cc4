import { gfl, gflTest } from '../../models/detection/gfl.ts';
import { gflLosses } from '../../models/detection/gfl-losses.ts';
import { gridMemory } from '../../models/detection/grids.ts';
import { anchorGrid } from '../../tasks/detection/anchor-targets.ts';
import { gflAnchors, pyramidSizes } from '../../tasks/detection/anchors.ts';
import { gflTargets } from '../../tasks/detection/gfl-targets.ts';
import { integersOf } from './layout.ts';
import { oneStageCheck } from './one-stage.ts';

/** GFL: see `oneStageCheck`; and which anchors ATSS assigned to boxes. */
export const gflCheck = oneStageCheck((backbone, options) => {
  const { classes } = options;
  const { strides } = gflAnchors;
  const anchorsOf = gridMemory(gflAnchors);
  return {
    detector: gfl('gfl', { backbone }, options),
    config: gflTest,
    losses(output, inputs) {
      const { cls, box, dfl } = gflLosses(output, inputs, anchorsOf(output), strides, classes);
      return { loss_cls: cls, loss_bbox: box, loss_dfl: dfl };
    },
    targets: (truths, size) => ({
      ...gflTargets(anchorGrid(gflAnchors, pyramidSizes(size, strides)), truths, classes),
    }),
    assigned(comparison, train, targets) {
      const labels = targets['labels'] as Int32Array;
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
