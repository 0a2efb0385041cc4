import { seedsForSigns } from '../../reference/verdict/paired-control.ts';
import type { EnvironmentRow } from '../../results/queries.ts';
import { fixed, meanAndSpread, plural, sentence, signed } from '../format.ts';
import type {
  CellModel,
  PairedModel,
  TableModel,
  TableSection,
  TeacherModel,
} from '../model/table-model.ts';
import { type VerdictStyle, verdictStyle } from '../verdict-words.ts';
import { scatterFacts, teacherSentence } from './comparison-view.ts';
import { conditionsOf, type Fact } from './conditions.ts';
import { type ForestView, forestView } from './forest-view.ts';
import { type NeedView, needsOf } from './needs-view.ts';
import { officialSummary } from './official-view.ts';
import { isTeacher, type Rank, ranksOf } from './ranks.ts';
import { type StudyClaim, studyClaims } from './study-claims.ts';
import { metricName, pairName, tally, trialState, withoutResult } from './words.ts';

/** One cell as the table prints it. Texts are finished; the template only places them. */
export interface CellView {
  readonly href: string;
  /** Empty where the section shows none, or the publication leaves the place empty. */
  readonly published: string;
  /** By the epoch that the publication prints; the last one where it does not say. */
  readonly measured: string | null;
  /** Measured minus published, like with like; empty where the two are not comparable. */
  readonly difference: string;
  readonly rank: Rank;
  /** Standard deviation and seeds. */
  readonly spread: string;
  readonly verdict: VerdictStyle;
  /** What official logs say, and which seeds came later. */
  readonly facts: readonly string[];
  /** Letters of the section's notes. */
  readonly notes: readonly string[];
  /** What the column sorts by; empty where nothing was measured. */
  readonly sort: string;
}

export interface SectionView {
  readonly id: string;
  readonly title: string;
  /** Which numbers its cells show. */
  readonly shows: 'published and measured' | 'published' | 'measured';
  /** What the numbers are, and how they are marked. */
  readonly caption: string;
  readonly notes: readonly { readonly letter: string; readonly text: string }[];
  readonly forest: ForestView | null;
  readonly columns: readonly { readonly pair: string; readonly teachers: readonly string[] }[];
  readonly rows: readonly {
    /** The name in parts after which a line may break. */
    readonly name: readonly string[];
    readonly method: readonly string[] | null;
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
  /** What an own study claims of its rows; empty for other tables, whose claims have a page. */
  readonly claims: readonly StudyClaim[];
  readonly tally: ReturnType<typeof tally>;
  /** The number of cells where all of them have one verdict, which no cell then repeats. */
  readonly alike: number | null;
  /** What cells without a number wait for. */
  readonly needs: readonly NeedView[];
  /** Trials that are planned and have not run. */
  readonly waiting: string | null;
  /** For which teachers the verdicts hold; null where no student was taught. */
  readonly teachers: string | null;
  readonly conditions: readonly Fact[];
  readonly sections: readonly SectionView[];
  /** Trials that ran and have no number, with the reason. */
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
  const verdicts = tally(table.cells.map(({ verdict }) => verdict.word));
  const scope = { table, hrefs, alike: verdicts.length === 1 };
  const waiting = table.trials.filter(({ run }) => run === null).length;
  return {
    title: table.plan.title,
    suite: table.plan.suite,
    scale: table.plan.scale,
    notComparable: table.notComparable,
    claims: table.own ? studyClaims(table) : [],
    tally: verdicts,
    alike: scope.alike ? table.cells.length : null,
    needs: needsOf(table),
    waiting: waiting === 0 ? null : `${plural(waiting, 'planned trial')} did not run yet.`,
    teachers: teacherSentence(table.cells),
    conditions: [
      ...conditionsOf(table, environments),
      ...scatterFacts(table),
      ...officialSummary(table.cells),
    ],
    sections:
      table.sections.length > mostMetrics
        ? pairSections(scope)
        : table.sections.map((section, index) => sectionView(scope, section, index)),
    missing: table.cells.flatMap((cell) => missingTrials(cell, hrefs)),
  };
}

/** The table whose sections are made. */
interface Scope {
  readonly table: TableModel;
  readonly hrefs: ReadonlyMap<string, string>;
  /** Whether all cells have one verdict. */
  readonly alike: boolean;
}

/**
 * Tables with more metrics (the six AP figures of COCO) are laid out as papers do: a table per
 * pair, a column per metric.
 */
const mostMetrics = 2;

/** Whether its numbers stand beside published ones. */
const isHeld = ({ notComparable, own }: TableModel) => notComparable === null && !own;

function pairSections(scope: Scope): readonly SectionView[] {
  const { table } = scope;
  const { sections } = table;
  const [first] = sections as [TableSection];
  return first.columns.map(({ column }, index) => {
    const rows = first.rows.map(({ name, method }, row) => ({
      name,
      method,
      cells: sections.map((section) => section.rows[row]?.cells[index] ?? null),
    }));
    const heads = sections.map((section) => ({
      pair: metricName(section.metric),
      teachers: section.columns[index]?.teachers ?? [],
      decimals: section.decimals,
    }));
    return {
      id: `pair-${index + 1}`,
      title: `${pairName(column)} (${first.unit})`,
      ...bodyOf(scope, heads, rows),
      published: isHeld(table)
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

function sectionView(scope: Scope, section: TableSection, index: number): SectionView {
  const { decimals, rows } = section;
  const heads = section.columns.map(({ column, teachers }) => ({
    pair: pairName(column),
    teachers,
    decimals,
  }));
  return {
    id: `metric-${index + 1}`,
    title: `${metricName(section.metric)} (${section.unit})`,
    ...bodyOf(scope, heads, rows),
    published: isHeld(scope.table)
      ? null
      : publishedApart(
          `Published ${metricName(section.metric).toLowerCase()} (${section.unit}), at paper scale`,
          rows,
          ({ column }) => ({ key: column, name: column.replace('__', ' \u2192 ') }),
        ),
    paired: pairedRows(rows),
  };
}

interface Head {
  readonly pair: string;
  readonly teachers: readonly TeacherModel[];
  readonly decimals: number;
}

/** The table of a section, its notes and its picture. */
function bodyOf(
  { table, hrefs, alike }: Scope,
  heads: readonly Head[],
  rows: readonly Row[],
): Pick<SectionView, 'shows' | 'caption' | 'notes' | 'forest' | 'columns' | 'rows'> {
  const cells = rows.flatMap((row) => row.cells.filter((cell) => cell !== null));
  const measured = cells.filter(({ last }) => last !== null);
  const comparable = isHeld(table);
  const shows =
    measured.length === 0 && comparable
      ? 'published'
      : comparable && cells.some(({ row }) => row.published !== null)
        ? 'published and measured'
        : 'measured';
  const ranks = heads.map((_, index) => ranksOf(rows.map((row) => row.cells[index] ?? null)));
  const seeds = new Set(measured.map(seedsText));
  const letters = noteLetters(cells, comparable);
  const each = { hrefs, shows, comparable, letters, seeds: seeds.size > 1 } as const;
  return {
    shows,
    caption: captionOf(shows, {
      seeds: seeds.size === 1 ? ([...seeds][0] as string) : null,
      ranked: ranks.flat().some((rank) => rank !== ''),
      official: cells.some(({ official }) => official.length > 0),
      alike,
    }),
    notes: [...letters].map(([text, letter]) => ({ letter, text })),
    forest: forestView({ titles: heads.map(({ pair }) => pair), rows }, comparable, hrefs),
    columns: heads.map(({ pair, teachers, decimals }) => ({
      pair,
      teachers: cells.some(isTeacher)
        ? []
        : teachers
            .filter(({ measured: ours, published }) => ours !== null || published !== null)
            .map((teacher) => teacherText(teacher, decimals)),
    })),
    rows: rows.map(({ name, method, cells: own }, place) => ({
      name: breakable(name),
      // Said only where it adds to the name: `SD-KD` is `kd+sdd`, `Student` is trained without a
      // method.
      method: method === 'none' || method === name.toLowerCase() ? null : breakable(method),
      cells: own.map((cell, index) =>
        cell === null ? null : cellView(cell, ranks[index]?.[place] ?? '', each),
      ),
    })),
  };
}

/** Parts after which a line may break. */
const breakable = (name: string) => name.split(/(?<=[+_/-])/);

function captionOf(
  shows: SectionView['shows'],
  about: { seeds: string | null; ranked: boolean; official: boolean; alike: boolean },
): string {
  const which = {
    published: 'Published numbers alone: nothing is measured here yet.',
    measured: 'Measured on the last epoch: mean \u00b1 standard deviation over the seeds (n).',
    'published and measured':
      'Published, measured, and measured minus published. Measured is the mean over the seeds (n) with their standard deviation, of the epoch that the publication prints, and of the last epoch where it does not say.',
  };
  return [
    which[shows],
    ...(about.seeds === null || shows === 'published'
      ? []
      : [`Every measured cell has ${about.seeds}.`]),
    ...(about.ranked
      ? [
          'Bold is the best measured mean of a column and underlined the second, among the last epochs of this table\u2019s own trainings without teachers, where at least two are measured; whether a lead is more than chance is said under the table.',
        ]
      : []),
    ...(about.official
      ? ['Official: best and last epoch of a log of the authors\u2019 own code.']
      : []),
    'A cell opens its trials.',
  ].join(' ');
}

/** Notes of a section, each with its letter, in the order in which readers meet them. */
function noteLetters(
  cells: readonly CellModel[],
  comparable: boolean,
): ReadonlyMap<string, string> {
  const texts = [...new Set(cells.flatMap((cell) => notesOf(cell, comparable)))];
  return new Map(texts.map((text, index) => [text, letterOf(index)]));
}

/** `a` to `z`, then `aa`. */
function letterOf(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : `${letterOf(Math.floor(index / 26) - 1)}${letter}`;
}

function notesOf(cell: CellModel, comparable: boolean): readonly string[] {
  return [
    ...(comparable && cell.notComparable !== null && cell.row.published !== null
      ? [sentence(`Published, not comparable: ${cell.notComparable}`)]
      : []),
    ...(cell.control?.stands === false
      ? [`${cell.control.alone} by itself, which may be chance among ${cell.control.cells} cells.`]
      : []),
    ...(cell.verdict.word === 'failed' ? [sentence(whyNothing(cell))] : []),
  ];
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

function seedsText({ last, trials, later }: CellModel): string {
  const planned = trials.length - later.length;
  return last === null || last.n === planned
    ? `n = ${last?.n ?? 0}`
    : `n = ${last.n} of ${planned}`;
}

/** Of the whole section, for each of its cells. */
interface Section {
  readonly hrefs: ReadonlyMap<string, string>;
  readonly shows: SectionView['shows'];
  readonly comparable: boolean;
  readonly letters: ReadonlyMap<string, string>;
  /** Whether each cell says its seeds. */
  readonly seeds: boolean;
}

function cellView(cell: CellModel, rank: Rank, section: Section): CellView {
  const { last, decimals, verdict, later, row } = cell;
  const { published } = row;
  // Where the publication states no rule both were compared, and the last epoch is shown.
  const [rule, comparison] = Object.entries(verdict.comparisons).at(-1) ?? ['last', null];
  const shown = cell[rule as 'best' | 'last'];
  const spread = [
    ...(shown?.sd == null ? [] : [`\u00b1 ${fixed(shown.sd, decimals)}`]),
    ...(last !== null && section.seeds ? [`(${seedsText(cell)})`] : []),
    ...(shown !== null && rule === 'best' ? ['best epoch'] : []),
  ];
  const sort = last?.mean ?? (section.shows === 'published' ? published?.value : undefined);
  return {
    href: section.hrefs.get(row.cell) as string,
    published:
      published === null || !section.comparable ? '' : fixed(published.value, published.decimals),
    measured: shown === null ? null : fixed(shown.mean, decimals),
    difference: comparison === null ? '' : signed(comparison.difference, decimals),
    rank,
    spread: spread.join(' '),
    verdict: verdictStyle(verdict.word),
    facts: [
      ...(published?.sd != null && section.comparable
        ? [`published \u00b1 ${fixed(published.sd, published.decimals)}`]
        : []),
      ...cell.official.map(
        ({ best, last: end }) =>
          `official ${[best, end].map((one) => (one === null ? 'not logged' : fixed(one.value, decimals))).join(', ')}`,
      ),
      ...(later.length === 0 ? [] : [`later seeds, not counted: ${later.join(', ')}`]),
    ],
    notes: notesOf(cell, section.comparable).map((text) => section.letters.get(text) as string),
    sort: sort === undefined ? '' : String(sort),
  };
}

function whyNothing(cell: CellModel): string {
  const reasons = new Set(
    cell.trials.map((trial) => `${trialState(trial)}: ${withoutResult(trial)}`),
  );
  return reasons.size === 1 ? ([...reasons][0] as string) : cell.verdict.reason;
}

type RowPublication = NonNullable<CellModel['row']['published']>;

/** @param columnOf which column of the table a number belongs to. */
function publishedApart(
  title: string,
  rows: readonly Row[],
  columnOf: (
    number: RowPublication,
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
  return cell.trials
    .filter(({ counted, run }) => !counted && run !== null)
    .map((trial) => ({
      ...place,
      seed: String(trial.spec.seed),
      state: trialState(trial),
      reason: withoutResult(trial) as string,
    }));
}
