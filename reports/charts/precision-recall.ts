import {
  field,
  horizontalLabel,
  type LineStyle,
  line,
  linear,
  stretched,
  svgElement,
  tickLines,
  tickTexts,
  valueAxis,
  valueLines,
  valueTexts,
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
  const x = linear(0, 100, 0, field.width);
  const y = linear(0, 100, field.height, 0);
  const ticks = [0, 20, 40, 60, 80, 100].map((recall) => ({ x: x(recall), text: String(recall) }));
  const curves = options.lines.flatMap(({ precision, stroke, dash }) => {
    const places = precision.flatMap((value, recall) =>
      value === null ? [] : [`${x(recall)} ${y(value)}`],
    );
    const dashes = dash === 'none' ? '' : ` stroke-dasharray="${dash}"`;
    const style = `stroke="${stroke}" stroke-width="2" stroke-linejoin="round"${dashes}`;
    return places.length === 0 ? [] : [line(`M${places.join('L')}`, style)];
  });
  return svgElement(options.description, [
    stretched([valueLines(axis, y), tickLines(ticks), ...curves]),
    ...valueTexts(axis, y, 'Precision (%)'),
    ...tickTexts(ticks),
    horizontalLabel('Recall (%)'),
  ]);
}
