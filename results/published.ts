import type {
  PublishedCell,
  PublishedTable,
  Selection,
  Trust,
} from '../reference/published/types.ts';

/**
 * One published number as the store holds it: flat, with what its table says of it. The tables are
 * loaded and checked by reference/published; the store takes what reports join with.
 */
export interface PublishedNumberRow {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly metric: string;
  readonly part: string | null;
  readonly value: number;
  /** Standard deviation over runs, as printed. */
  readonly sd: number | null;
  readonly unit: string;
  readonly decimals: number;
  readonly higherIsBetter: boolean;
  readonly selection: Selection;
  readonly runsAveraged: number | null;
  /** The paper's title and venue. */
  readonly paper: string;
  readonly caption: string;
  readonly source: string;
  readonly trust: Trust;
  readonly dataset: string;
}

/** The numbers of the published tables (`loadPublished()` fits), in their order. */
export function publishedNumbers(published: {
  readonly tables: ReadonlyMap<string, PublishedTable>;
}): readonly PublishedNumberRow[] {
  return [...published.tables.values()].flatMap((table) =>
    table.cells.map((cell) => fromCell(table, cell)),
  );
}

function fromCell(table: PublishedTable, cell: PublishedCell): PublishedNumberRow {
  const { metric, paper } = table;
  return {
    table: cell.table,
    row: cell.row,
    column: cell.column,
    metric: cell.metric,
    part: cell.part,
    value: cell.value,
    sd: cell.sd,
    unit: metric.unit,
    decimals: metric.decimals,
    higherIsBetter: metric.higherIsBetter,
    selection: cell.selection,
    runsAveraged: cell.runsAveraged,
    paper: `${paper.title} (${paper.venue ?? paper.year})`,
    caption: table.caption,
    source: cell.source,
    trust: cell.trust,
    dataset: cell.dataset,
  };
}
