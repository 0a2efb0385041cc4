import type { ParityCheck } from '../../../contract/parity.ts';
import { ConfusionMatrix } from '../../metrics/confusion.ts';
import { GoldenNode } from '../golden.ts';
import { Comparison } from '../tolerance.ts';

/** Both sides count and divide in double precision, and the files hold nine digits. */
const tolerance = 1e-9;

/**
 * Metrics of semantic segmentation against mmseg's formulas: counts exactly, fractions (in [0, 1])
 * to 1e-9.
 */
export const segmentationMetricsCheck: ParityCheck = (file) =>
  GoldenNode.of(file)
    .get('cases')
    .list()
    .map((golden) => {
      const comparison = new Comparison(file.path, golden.get('name').text());
      const matrix = new ConfusionMatrix(golden.get('num_classes').number(), {
        ignoreIndex: golden.get('ignore_index').number(),
        reduceZeroLabel: golden.get('reduce_zero_label').flag(),
      });
      const predictions = golden.get('predictions').list();
      const labels = golden.get('labels').list();
      comparison.equal('number of maps', predictions.length, labels.length);
      for (const [index, label] of labels.entries()) {
        const prediction = predictions[index];
        if (prediction !== undefined) matrix.add(prediction.tensor().data, label.tensor().data);
      }
      const exactly = (name: string, values: Float64Array) =>
        comparison.equal(name, [...values], [...golden.get(name).tensor().data]);
      const { intersect, predicted, labelled } = matrix.areas();
      exactly('confusion_rows_gt_cols_pred', matrix.counts);
      exactly('intersect', intersect);
      exactly('pred_area', predicted);
      exactly('label_area', labelled);
      const metrics = matrix.metrics();
      const expected = golden.get('metrics');
      for (const name of ['aAcc', 'mIoU', 'mAcc', 'mDice'] as const) {
        comparison.scalar(name, metrics[name], expected.get(name).number(), tolerance, 1);
      }
      const perClass = [
        ['IoU_per_class', metrics.iou],
        ['Acc_per_class', metrics.accuracy],
        ['Dice_per_class', metrics.dice],
      ] as const;
      for (const [name, values] of perClass) {
        comparison.array(name, values, expected.get(name).numbers(), tolerance, 1);
      }
      return comparison.result();
    });
