import { seedsForSigns } from '../../reference/verdict/paired-control.ts';
import type { EnvironmentRow } from '../../results/queries.ts';
import { fixed, meanAndSpread, plural, signed } from '../format.ts';
import type {
  CellModel,
  PairedModel,
  TableModel,
  TableSection,
  TeacherModel,
} from '../model/table-model.ts';
import { type VerdictStyle, verdictStyle } from '../verdict-words.ts';
import { comparisonFacts, scatterFacts, teacherSentence } from './comparison-view.ts';
import { conditionsOf, type Fact } from './conditions.ts';
import { officialFacts, officialSummary } from './official-view.ts';
import { metricName, pairName, tally, trialState, withoutResult } from './words.ts';

/** One cell as the table prints it. Texts are finished; the template only places them. */
export interface CellView {
  readonly href: string;
  readonly measured: string | null;
  readonly seeds: string;
  readonly verdict: VerdictStyle;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** What the column sorts by; empty where nothing was measured. */
  readonly sort: string;
  /** Why nothing was measured. */
  readonly why: string | null;
  /** What is to be said of a word that may be chance in a table of this size. */
  readonly doubt: string | null;
}

export interface SectionView {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly { readonly pair: string; readonly teachers: readonly string[] }[];
  readonly rows: readonly {
    readonly name: string;
    readonly method: string | null;
    readonly cells: readonly (CellView | null)[];
  }[];
  /** Published numbers of a table that is not comparable, apart from what was measured. */
  readonly published: {
    readonly title: string;
    readonly columns: readonly string[];
    readonly rows: readonly { readonly name: string; readonly values: readonly string[] }[];
    readonly sources: readonly string[];
  } | null;
  /** Paired differences, a row per method and baseline. */
  readonly paired: readonly {
    readonly name: string;
    readonly baseline: string;
    readonly cells: readonly PairedView[];
  }[];
}

export interface TableView {
  readonly title: string;
  readonly suite: string;
  readonly scale: string;
  readonly notComparable: string | null;
  readonly tally: ReturnType<typeof tally>;
  /** For which teachers the verdicts hold; null where no student was taught. */
  readonly teachers: string | null;
  readonly conditions: readonly Fact[];
  readonly sections: readonly SectionView[];
  /** Trials that have no number, with the reason. */
  readonly missing: readonly {
    readonly cell: string;
    readonly href: string;
    readonly seed: string;
    readonly state: string;
    readonly reason: string;
  }[];
}

/** @param hrefs where the page of each cell lies, relative to the table's page. */
export function tableView(
  table: TableModel,
  environments: readonly EnvironmentRow[],
  hrefs: ReadonlyMap<string, string>,
): TableView {
  return {
    title: table.plan.title,
    suite: table.plan.suite,
    scale: table.plan.scale,
    notComparable: table.notComparable,
    tally: tally(table.cells.map(({ verdict }) => verdict.word)),
    teachers: teacherSentence(table.cells),
    conditions: [
      ...conditionsOf(table, environments),
      ...scatterFacts(table),
      ...officialSummary(table.cells),
    ],
    sections:
      table.sections.length > mostMetrics
        ? pairSections(table, hrefs)
        : table.sections.map((section, index) => sectionView(table, section, index, hrefs)),
    missing: table.cells.flatMap((cell) => missingTrials(cell, hrefs)),
  };
}

/**
 * Tables with more metrics (the six AP figures of COCO) are laid out as papers do: a table per
 * pair, a column per metric.
 */
const mostMetrics = 2;

function pairSections(
  table: TableModel,
  hrefs: ReadonlyMap<string, string>,
): readonly SectionView[] {
  const { sections } = table;
  const [first] = sections as [TableSection];
  return first.columns.map(({ column }, index) => {
    const rows = first.rows.map(({ name, method }, row) => ({
      name,
      method,
      cells: sections.map((section) => section.rows[row]?.cells[index] ?? null),
    }));
    return {
      id: `pair-${index + 1}`,
      title: `${pairName(column)} (${first.unit})`,
      columns: sections.map((section) => ({
        pair: metricName(section.metric),
        teachers: (section.columns[index]?.teachers ?? []).map((teacher) =>
          teacherText(teacher, section.decimals),
        ),
      })),
      rows: rows.map((row) => rowView(table, row, hrefs)),
      published:
        table.notComparable === null
          ? null
          : publishedApart(`Published (${first.unit}), at paper scale`, rows, (_number, cell) => ({
              key: cell.row.metric,
              name: metricName(cell.row.metric),
            })),
      paired: pairedRows(rows),
    };
  });
}

type Row = TableSection['rows'][number];

function rowView(
  table: TableModel,
  { name, method, cells }: Row,
  hrefs: ReadonlyMap<string, string>,
): SectionView['rows'][number] {
  return {
    name,
    // Said only where it adds to the name: `SD-KD` is `kd+sdd`, `Student` is trained without a
    // method.
    method: method === 'none' || method === name.toLowerCase() ? null : method,
    cells: cells.map((cell) => (cell === null ? null : cellView(table, cell, hrefs))),
  };
}

function sectionView(
  table: TableModel,
  section: TableSection,
  index: number,
  hrefs: ReadonlyMap<string, string>,
): SectionView {
  return {
    id: `metric-${index + 1}`,
    title: `${metricName(section.metric)} (${section.unit})`,
    columns: section.columns.map(({ column, teachers }) => ({
      pair: pairName(column),
      teachers: teachers.map((teacher) => teacherText(teacher, section.decimals)),
    })),
    rows: section.rows.map((row) => rowView(table, row, hrefs)),
    published:
      table.notComparable === null
        ? null
        : publishedApart(
            `Published ${metricName(section.metric).toLowerCase()} (${section.unit}), at paper scale`,
            section.rows,
            ({ column }) => ({ key: column, name: column.replace('__', ' \u2192 ') }),
          ),
    paired: pairedRows(section.rows),
  };
}

export function teacherText(teacher: TeacherModel, decimals: number): string {
  const { model, measured, published, note } = teacher;
  const parts = [
    ...(measured === null
      ? []
      : [`${meanAndSpread(measured.mean, measured.sd, decimals)} (n = ${measured.n})`]),
    ...(published === null ? [] : [`published ${fixed(published, decimals)}`]),
    ...(note === null ? [] : [note]),
  ];
  return `teacher ${model}: ${parts.join(', ')}`;
}

function cellView(
  table: TableModel,
  cell: CellModel,
  hrefs: ReadonlyMap<string, string>,
): CellView {
  const { last, best, decimals, trials, verdict, later } = cell;
  return {
    href: hrefs.get(cell.row.cell) as string,
    measured: last === null ? null : meanAndSpread(last.mean, last.sd, decimals),
    seeds:
      last === null || last.n === trials.length - later.length
        ? `n = ${last?.n ?? 0}`
        : `n = ${last.n} of ${trials.length - later.length}`,
    verdict: verdictStyle(verdict.word),
    facts: [
      ...(table.notComparable === null ? publishedFacts(cell) : []),
      ...(best === null
        ? []
        : [{ name: 'best epoch', value: meanAndSpread(best.mean, best.sd, decimals) }]),
      ...(cell.later.length === 0
        ? []
        : [{ name: 'later seeds, not counted', value: cell.later.join(', ') }]),
      ...officialFacts(cell),
    ],
    sort: last === null ? '' : String(last.mean),
    why: last === null ? whyNothing(cell) : null,
    doubt:
      cell.control?.stands === false
        ? `${cell.control.alone} by itself, which may be chance among ${cell.control.cells} cells`
        : null,
  };
}

/**
 * Published and what it was compared by, like with like: the rule that the publication states, both
 * where it states none. A number of another protocol stands without a difference.
 */
function publishedFacts(cell: CellModel): CellView['facts'] {
  const { published } = cell.row;
  if (published === null) return [];
  if (cell.notComparable !== null) {
    const value = meanAndSpread(published.value, published.sd, cell.decimals);
    return [
      { name: 'published, not comparable', value },
      { name: 'because', value: cell.notComparable },
    ];
  }
  const selection = published.selection === 'unknown' ? '' : `, ${published.selection}`;
  return [
    {
      name: `published${selection}`,
      value: meanAndSpread(published.value, published.sd, cell.decimals),
    },
    ...comparisonFacts(cell),
  ];
}

function whyNothing(cell: CellModel): string {
  if (cell.row.notRun !== null) return cell.row.notRun;
  const reasons = new Set(
    cell.trials.map((trial) => `${trialState(trial)}: ${withoutResult(trial)}`),
  );
  return reasons.size === 1 ? ([...reasons][0] as string) : cell.verdict.reason;
}

type PublishedNumber = NonNullable<CellModel['row']['published']>;

/** @param columnOf which column of the table a number belongs to. */
function publishedApart(
  title: string,
  rows: readonly Row[],
  columnOf: (
    number: PublishedNumber,
    cell: CellModel,
  ) => { readonly key: string; readonly name: string },
): SectionView['published'] {
  const entries = rows.flatMap(({ name, cells }) =>
    cells.flatMap((cell) => {
      const number = cell?.row.published ?? null;
      return cell === null || number === null
        ? []
        : [{ row: name, number, column: columnOf(number, cell) }];
    }),
  );
  if (entries.length === 0) return null;
  const columns = new Map(entries.map(({ column }) => [column.key, column.name]));
  return {
    title,
    columns: [...columns.values()],
    rows: rows
      .map(({ name }) => ({
        name,
        values: [...columns.keys()].map((key) => {
          const found = entries.find(({ row, column }) => row === name && column.key === key);
          return found === undefined
            ? ''
            : meanAndSpread(found.number.value, found.number.sd, found.number.decimals);
        }),
      }))
      .filter(({ values }) => values.some((value) => value !== '')),
    sources: [
      ...new Set(
        entries.map(({ number: { paper, table, source } }) => `${paper}, ${table}: ${source}`),
      ),
    ].sort(),
  };
}

function pairedRows(rows: readonly Row[]): SectionView['paired'] {
  return rows.flatMap(({ name, cells }) => {
    const baselines = [
      ...new Set(cells.flatMap((cell) => cell?.paired.map(({ baseline }) => baseline) ?? [])),
    ];
    return baselines.map((baseline) => ({
      name,
      baseline,
      cells: cells.map((cell) =>
        pairedText(
          cell?.paired.find((paired) => paired.baseline === baseline) ?? null,
          cell?.decimals ?? 2,
        ),
      ),
    }));
  });
}

/** A paired difference as pages print it. */
export interface PairedView {
  readonly text: string;
  readonly detail: string;
  /**
   * In words and with a symbol: whether one of the two is better beyond chance; empty where there
   * is no interval.
   */
  readonly mark: string;
  readonly symbol: string;
  readonly style: string;
  readonly sort: string;
}

/** A paired difference with its 90 % interval, or why there is none. */
export function pairedText(paired: PairedModel | null, decimals: number): PairedView {
  const none = { mark: '', symbol: '', style: '', sort: '' };
  if (paired === null) return { ...none, text: '', detail: '' };
  if (paired.difference === null) return { ...none, text: '\u2013', detail: paired.missing ?? '' };
  const { n, mean, low, high } = paired.difference;
  const shown = { ...none, text: signed(mean, decimals), sort: String(mean) };
  if (low === null || high === null) return { ...shown, detail: 'one seed, no interval' };
  const interval = `90 % interval ${signed(low, decimals)} to ${signed(high, decimals)}, ${plural(n, 'seed')}`;
  const open = { ...shown, mark: 'open', symbol: '?', style: 'inconclusive' };
  if (paired.doubt !== null) return { ...open, detail: `${interval}; ${paired.doubt}` };
  if (paired.control === null) {
    const few = `${plural(n, 'seed')} cannot decide, ${seedsForSigns} could`;
    return { ...open, detail: `${interval}; ${few}` };
  }
  const { adjustedP, comparisons, stands } = paired.control;
  const among = comparisons === 1 ? '' : ` among ${comparisons} comparisons`;
  const detail = `${interval}; sign-flip p = ${adjustedP.toPrecision(2)}${among}`;
  if (!stands) return { ...open, detail };
  return mean > 0
    ? { ...shown, detail, mark: 'higher', symbol: '\u25b2', style: 'above' }
    : { ...shown, detail, mark: 'lower', symbol: '\u25bc', style: 'below' };
}

function missingTrials(cell: CellModel, hrefs: ReadonlyMap<string, string>): TableView['missing'] {
  const place = {
    cell: `${cell.row.row}, ${pairName(cell.column)}, ${metricName(cell.row.metric)}`,
    href: hrefs.get(cell.row.cell) as string,
  };
  if (cell.trials.length === 0 && cell.row.notRun !== null)
    return [{ ...place, seed: 'all', state: 'not run', reason: cell.row.notRun }];
  return cell.trials
    .filter(({ counted }) => !counted)
    .map((trial) => ({
      ...place,
      seed: String(trial.spec.seed),
      state: trialState(trial),
      reason: withoutResult(trial) as string,
    }));
}
