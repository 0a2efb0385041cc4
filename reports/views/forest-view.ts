import {
  type ForestMark,
  type ForestRow,
  forestAxis,
  forestRow,
  forestTicks,
} from '../charts/forest.ts';
import { fixed, signed } from '../format.ts';
import type { CellModel, TableSection } from '../model/table-model.ts';
import { type VerdictStyle, verdictStyle } from '../verdict-words.ts';
import { intervalWords } from './comparison-view.ts';

/** A column of a table as a forest plot: a row per cell, on one axis. */
export interface ForestPanel {
  readonly title: string;
  readonly rows: readonly {
    readonly name: string;
    readonly href: string | null;
    /** Finished SVG. */
    readonly svg: string;
    readonly number: string;
    readonly detail: string;
    readonly verdict: VerdictStyle | null;
    /** What the picture shows beyond the number, for who cannot see it. */
    readonly words: string;
  }[];
  /** Finished SVG: the numbers of the axis. */
  readonly axis: string;
}

export interface ForestView {
  readonly title: string;
  /** What the marks are. */
  readonly key: string;
  /** Whether rows are differences between two rows of the table. */
  readonly paired: boolean;
  /** Folded away where there is nothing but published numbers. */
  readonly folded: boolean;
  readonly panels: readonly ForestPanel[];
}

type Line = Omit<ForestPanel['rows'][number], 'svg'> & { readonly row: ForestRow };

/** The columns of a section: their titles, and their cells by row. */
export interface ForestColumns {
  readonly titles: readonly string[];
  readonly rows: TableSection['rows'];
}

/**
 * Published, official and measured numbers of every cell; for a table that may not be set against a
 * publication the paired differences between its rows. Null where there is nothing to draw.
 */
export function forestView(
  { titles, rows }: ForestColumns,
  comparable: boolean,
  hrefs: ReadonlyMap<string, string>,
): ForestView | null {
  const panels = titles.flatMap((title, index) => {
    const lines = rows.flatMap(({ name, cells }) => {
      const cell = cells[index] ?? null;
      if (cell === null) return [];
      return comparable ? cellLine(name, cell, hrefs) : pairedLines(name, cell, hrefs);
    });
    return lines.length === 0 ? [] : [panel(title, lines)];
  });
  if (panels.length === 0) return null;
  const measured = rows.some(({ cells }) =>
    cells.some((cell) => cell !== null && (cell.last !== null || cell.official.length > 0)),
  );
  return {
    title: comparable ? 'Published against measured' : 'Gains, with their 90 % intervals',
    key: comparable
      ? 'Upright line: the published number, in the grey band of the equivalence margin. Dot: measured here, with the 90 % interval of its difference to the published number; two dots are the best epoch above the last one, where the publication does not say which it prints. Diamond: best and last epoch of an official run. A row with the upright line alone is published and not measured.'
      : 'Dot: mean paired difference on the last epoch over the seeds that both rows have, with its 90 % interval. Upright line: no difference.',
    paired: !comparable,
    folded: !measured,
    panels,
  };
}

function panel(title: string, lines: readonly Line[]): ForestPanel {
  const axis = forestAxis(lines.map(({ row }) => row));
  return {
    title,
    rows: lines.map(({ row, ...texts }) => ({ ...texts, svg: forestRow(row, axis) })),
    axis: forestTicks(axis),
  };
}

function cellLine(
  name: string,
  cell: CellModel,
  hrefs: ReadonlyMap<string, string>,
): readonly Line[] {
  const { last, official, decimals, verdict, notComparable } = cell;
  const { published } = cell.row;
  const compared = ['best', 'last'].flatMap((rule) => {
    const found = verdict.comparisons[rule as 'best' | 'last'];
    return found === undefined ? [] : [{ rule, ...found }];
  });
  const marks: readonly ForestMark[] = [
    ...(compared.length === 0 && last !== null
      ? [{ kind: 'ours' as const, value: last.mean, low: null, high: null }]
      : compared.map(({ mean, difference, low, high }) => ({
          kind: 'ours' as const,
          value: mean,
          low: low === null ? null : mean - difference + low,
          high: high === null ? null : mean - difference + high,
        }))),
    ...official.flatMap(({ best, last: end }) =>
      [best, end]
        .filter((one) => one !== null)
        .map(({ value }) => ({ kind: 'official' as const, value, low: null, high: null })),
    ),
  ];
  if (published === null && marks.length === 0) return [];
  const shown = compared.at(-1);
  const logs = official.flatMap(({ best, last: end }) =>
    [best, end].flatMap((one) => (one === null ? [] : [fixed(one.value, decimals)])),
  );
  const number =
    shown !== undefined
      ? signed(shown.difference, decimals)
      : last !== null
        ? fixed(last.mean, decimals)
        : published === null
          ? ''
          : fixed(published.value, decimals);
  return [
    {
      name,
      href: hrefs.get(cell.row.cell) ?? null,
      row: {
        reference: published?.value ?? null,
        margin: notComparable === null ? (compared[0]?.margin ?? null) : null,
        marks,
      },
      number,
      detail:
        last === null
          ? [
              ...(published === null ? [] : ['published']),
              ...(logs.length === 0 ? [] : [`official ${logs.join(', ')}`]),
            ].join('; ')
          : '',
      verdict: verdict.word === 'not run' ? null : verdictStyle(verdict.word),
      words: compared
        .map((one) => `${one.rule} epoch, 90 % interval ${intervalWords(one, decimals)}`)
        .join('; '),
    },
  ];
}

function pairedLines(
  name: string,
  { paired, row, decimals }: CellModel,
  hrefs: ReadonlyMap<string, string>,
): readonly Line[] {
  return paired.flatMap(({ baseline, difference }) => {
    if (difference === null) return [];
    const { mean, low, high, n } = difference;
    const interval =
      low === null || high === null
        ? 'one seed, no interval'
        : `${signed(low, decimals)} to ${signed(high, decimals)}`;
    return [
      {
        name: `${name} \u2212 ${baseline}`,
        href: hrefs.get(row.cell) ?? null,
        row: { reference: 0, margin: null, marks: [{ kind: 'ours', value: mean, low, high }] },
        number: signed(mean, decimals),
        detail: interval,
        verdict: null,
        words: `${n} seeds`,
      },
    ];
  });
}
