import { csvLine } from '../../common/csv.ts';
import { writeFileAtomic } from '../../common/files.ts';
import type { CocoEvaluation } from '../../runners/metrics/coco/evaluate.ts';
import { precisionCurve, scoreCurve } from '../../runners/metrics/coco/summary.ts';

const columns = ['category', 'iou', 'detections', 'recall', 'precision', 'score'];

/**
 * Writes the precision-recall curve of every category that has objects, over all areas and the
 * greatest number of detections: a line per category, IoU threshold and recall threshold. `score`
 * is that of the detection at which the recall is reached; it is empty where none reaches it.
 */
export function writeCurves(
  path: string,
  evaluation: CocoEvaluation,
  nameOf: (categoryId: number) => string,
): void {
  const { iouThresholds, recallThresholds, maxDetections } = evaluation.parameters;
  const most = Math.max(...maxDetections);
  const lines = [csvLine(columns)];
  for (const [category, id] of evaluation.categoryIds.entries()) {
    for (const threshold of iouThresholds) {
      const at = { area: 'all', most, category, threshold };
      const precision = precisionCurve(evaluation, at);
      if (precision === null) break;
      const scores = scoreCurve(evaluation, at);
      for (const [place, recall] of recallThresholds.entries()) {
        const [value, score] = [precision[place] as number, scores[place] as number];
        const record = [rounded(threshold), most, rounded(recall), value, value > 0 ? score : null];
        lines.push(csvLine([id === null ? 'all' : nameOf(id), ...record]));
      }
    }
  }
  writeFileAtomic(path, lines.join(''));
}

/** Thresholds as they are meant: 0.55, not 0.55000000000000004. */
const rounded = (threshold: number) => Number(threshold.toFixed(6));
