import type { CocoFigures } from '../../app/coco-eval.ts';
import { plural } from '../../reports/format.ts';
import type { CocoFigure } from '../../runners/metrics/coco/summary.ts';
import { renderTable } from './table.ts';

/** What was compared, then a row per figure. */
export function metricLines({
  iou,
  figures,
  thresholds,
  counts,
  useCategories,
}: CocoFigures): string[] {
  const { images, categories, annotations, detections } = counts;
  const compared = [
    plural(detections, 'detection'),
    plural(annotations, 'object'),
    plural(images, 'picture'),
    plural(categories, 'category', 'categories'),
  ];
  return [
    `${compared.join(', ')}${useCategories ? '' : ' (mixed)'}; IoU of ${iou === 'bbox' ? 'boxes' : 'masks'}`,
    '',
    ...renderTable(
      [
        { title: 'metric' },
        { title: 'IoU' },
        { title: 'size' },
        { title: 'detections', align: 'right' },
        { title: 'value', align: 'right' },
      ],
      figures.map((figure) => [
        figure.name,
        thresholdOf(figure, thresholds),
        figure.area,
        String(figure.most),
        shown(figure.value),
      ]),
    ),
  ];
}

/** `0.50` of one threshold, `0.50:0.95` of a mean over several. */
function thresholdOf({ threshold }: CocoFigure, thresholds: readonly number[]): string {
  const ends = threshold === null ? [thresholds[0], thresholds.at(-1)] : [threshold];
  return [...new Set(ends.map((value) => (value as number).toFixed(2)))].join(':');
}

/** A row per category. */
export function categoryLines({ perCategory }: CocoFigures): string[] {
  const names = Object.keys(perCategory[0] ?? {}).filter((name) => /^A[PR]\d*$/.test(name));
  return renderTable(
    [{ title: 'category' }, ...names.map((title) => ({ title, align: 'right' as const }))],
    perCategory.map((figures) => [
      figures.name ?? 'all',
      ...names.map((name) => shown(Number(Object(figures)[name]))),
    ]),
  );
}

const shown = (value: number) => (value === -1 ? '-' : value.toFixed(3));
