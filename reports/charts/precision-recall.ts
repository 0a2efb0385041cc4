import {
  edges,
  horizontalLabel,
  type LineStyle,
  linear,
  svgElement,
  valueAxis,
  valueTicks,
} from './frame.ts';

/** Precision at the recalls 0, 1, ..., 100 %, in percent; null where it is not defined. */
export interface PrecisionLine extends LineStyle {
  readonly precision: readonly (number | null)[];
}

/** Precision over recall as an SVG element; both axes run from 0 to 100 %. */
export function precisionRecall(options: {
  readonly lines: readonly PrecisionLine[];
  readonly description: string;
}): string {
  const axis = valueAxis([0, 100]);
  const x = linear(0, 100, edges.left, edges.right);
  const y = linear(0, 100, edges.bottom, edges.top);
  const recalls = [0, 20, 40, 60, 80, 100];
  return svgElement(options.description, [
    ...valueTicks(axis, y, 'Precision (%)'),
    `<path d="${recalls.map((recall) => `M${x(recall)} ${edges.bottom}v6`).join('')}" stroke="currentColor"/>`,
    '<g fill="currentColor" text-anchor="middle">',
    ...recalls.map((recall) => `<text x="${x(recall)}" y="${edges.bottom + 19}">${recall}</text>`),
    '</g>',
    horizontalLabel('Recall (%)'),
    ...options.lines.map(({ precision, stroke, dash }) => {
      const places = precision.flatMap((value, recall) =>
        value === null ? [] : [`${x(recall)} ${y(value)}`],
      );
      const dashes = dash === 'none' ? '' : ` stroke-dasharray="${dash}"`;
      return places.length === 0
        ? ''
        : `<path d="M${places.join('L')}" fill="none" stroke="${stroke}" stroke-width="2" stroke-linejoin="round"${dashes}/>`;
    }),
  ]);
}
