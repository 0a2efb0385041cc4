import { intervalText, publishedErrorText, spreadText } from '../../reference/verdict/figures.ts';
import type { Comparison } from '../../reference/verdict/interval.ts';
import { fixed, listed, plural } from '../format.ts';
import type { CellModel, TableModel } from '../model/table-model.ts';
import type { Fact } from './conditions.ts';

/** A true minus sign in place of the hyphens of numbers. */
const minus = (text: string) => text.replace(/-(?=\d)/g, '\u2212');

/** The 90 % interval with as many digits as show its word, or why there is none. */
export function intervalWords(comparison: Comparison, decimals: number): string {
  const text = intervalText(comparison, decimals);
  return text === null ? 'none: one seed alone' : minus(text);
}

/**
 * What a verdict rests on: interval, margin, the standard deviation used and the error of the
 * publication.
 */
export function comparisonNotes(comparison: Comparison, decimals: number): string {
  const spread = spreadText(comparison);
  return [
    `90 % interval ${intervalWords(comparison, decimals)}`,
    `margin \u00b1${fixed(comparison.margin, decimals)}`,
    ...(spread === null ? [] : [`standard deviation ${spread}`]),
    `error of the published number ${publishedErrorText(comparison)}`,
  ].join('; ');
}

/** Of whom a verdict speaks: the teachers that taught. Null where no student was taught. */
export function teacherSentence(cells: readonly CellModel[]): string | null {
  const taught = cells.filter(({ taughtBy }) => taughtBy.length > 0);
  if (taught.length === 0) return null;
  const most = Math.max(...taught.map(({ taughtBy }) => taughtBy.length));
  if (most === 1) {
    const [only] = taught;
    const whose =
      taught.length === 1 && only !== undefined
        ? `one teacher, ${only.taughtBy.join('')}`
        : 'one teacher per pair';
    return `All seeds were taught by ${whose}: what is said here holds for that teacher. How far another training of the teacher would move the numbers was not measured.`;
  }
  const counts = [...new Set(taught.map(({ taughtBy }) => taughtBy.length))].sort((a, b) => a - b);
  return `Students were taught by ${listed(counts.map(String))} teachers per pair in turn; intervals carry the variance between teachers.`;
}

/** How far seeds scatter over the cells of a table, and whether alike, a fact per metric. */
export function scatterFacts({ sections }: TableModel): readonly Fact[] {
  return sections.flatMap(({ metric, scatter, decimals }) => {
    if (scatter === null) return [];
    const { pooled, cells, p } = scatter;
    const alike =
      p < 0.1
        ? 'they do not scatter alike, so cells that scatter more have their own'
        : 'nothing says that they scatter differently';
    return [
      {
        name: `Scatter of seeds, ${metric}`,
        value: `standard deviation ${pooled.sd.toFixed(Math.max(2, decimals))} pooled over ${plural(cells, 'cell')} (${pooled.df} degrees of freedom); Bartlett\u2019s test: p = ${p.toPrecision(2)}, ${alike}`,
      },
    ];
  });
}
