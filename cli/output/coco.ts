import type { CocoFigures } from '../../app/coco-eval.ts';
import type { CocoMetrics } from '../../runners/metrics/coco/summary.ts';
import { renderTable } from './table.ts';

/** IoU, size and detections per picture of the twelve figures. */
const conditions: Readonly<Record<keyof CocoMetrics, readonly [string, string, string]>> = {
  AP: ['0.50:0.95', 'all', '100'],
  AP50: ['0.50', 'all', '100'],
  AP75: ['0.75', 'all', '100'],
  APs: ['0.50:0.95', 'small', '100'],
  APm: ['0.50:0.95', 'medium', '100'],
  APl: ['0.50:0.95', 'large', '100'],
  AR1: ['0.50:0.95', 'all', '1'],
  AR10: ['0.50:0.95', 'all', '10'],
  AR100: ['0.50:0.95', 'all', '100'],
  ARs: ['0.50:0.95', 'small', '100'],
  ARm: ['0.50:0.95', 'medium', '100'],
  ARl: ['0.50:0.95', 'large', '100'],
};

/** What was compared, then a row per figure. */
export function metricLines({ iou, metrics, counts, useCategories }: CocoFigures): string[] {
  const { images, categories, annotations, detections } = counts;
  return [
    `${detections} detections, ${annotations} objects, ${images} pictures, ${categories} categories` +
      `${useCategories ? '' : ' (mixed)'}; IoU of ${iou === 'bbox' ? 'boxes' : 'masks'}`,
    '',
    ...renderTable(
      [
        { title: 'metric' },
        { title: 'IoU' },
        { title: 'size' },
        { title: 'detections', align: 'right' },
        { title: 'value', align: 'right' },
      ],
      Object.entries(metrics).map(([name, value]) => [
        name,
        ...conditions[name as keyof CocoMetrics],
        shown(value),
      ]),
    ),
  ];
}

/** A row per category. */
export function categoryLines({ perCategory }: CocoFigures): string[] {
  return renderTable(
    [
      { title: 'category' },
      { title: 'AP', align: 'right' },
      { title: 'AP50', align: 'right' },
      { title: 'AP75', align: 'right' },
      { title: 'AR100', align: 'right' },
    ],
    perCategory.map(({ name, AP, AP50, AP75, AR100 }) => [
      name ?? 'all',
      ...[AP, AP50, AP75, AR100].map(shown),
    ]),
  );
}

const shown = (value: number) => (value === -1 ? '-' : value.toFixed(3));
