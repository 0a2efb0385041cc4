import type { ClaimFinding, Evaluation, Outcome, Side } from '../../reference/claims/evaluate.ts';
import { outcomeKinds } from '../../reference/claims/outcomes.ts';
import { fixed, plural, signed } from '../format.ts';
import type { ClaimModel } from '../model/claim-evidence.ts';
import type { SuiteClaimModel } from '../model/suite-claims.ts';
import type { TableModel } from '../model/table-model.ts';
import type { SiteTable } from '../pages/types.ts';
import { metricName } from './words.ts';

export const kinds = [
  { key: 'published', name: 'Published numbers', short: 'Published' },
  { key: 'paper', name: 'Measured at paper scale', short: 'Paper scale' },
  { key: 'proxy', name: 'Measured by proxy', short: 'Proxy' },
] as const;

/** What suites measure of their own claims; those of papers are not tested on it. */
const ownKind = { key: 'own', name: 'Measured in the study', short: 'Own study' } as const;

export type Kind = (typeof kinds)[number]['key'] | typeof ownKind.key;

/** Where a claim stands on its page and on the index: the two have the same anchors. */
export const claimAnchor = (id: string) => `claim-${id}`;

/** Only a measurement in full may be green or red: at paper scale, or of an own study. */
export function outcomeBadge(outcome: Outcome, kind: Kind) {
  const { symbol, tone } = outcomeKinds[outcome];
  const inFull = kind === 'paper' || kind === 'own';
  return { word: outcome, symbol, style: inFull ? tone : 'neutral' };
}

/**
 * Pages of cells: by `<suite>@<scale>/<cell>`, and by the published number that a cell is held
 * against.
 */
export interface ClaimLinks {
  readonly cells: ReadonlyMap<string, string>;
  readonly published: ReadonlyMap<string, string>;
}

export function claimLinks(tables: readonly SiteTable[]): ClaimLinks {
  const cells = new Map<string, string>();
  const published = new Map<string, string>();
  for (const { table, cellHrefs } of tables) {
    for (const { row } of table.cells) {
      const href = cellHrefs.get(row.cell) as string;
      cells.set(`${table.plan.suite}@${table.plan.scale}/${row.cell}`, href);
      const number = row.published;
      if (number === null) continue;
      const key = publishedKey(number.table, number.row, number.column, row.metric);
      if (!published.has(key)) published.set(key, href);
    }
  }
  return { cells, published };
}

const publishedKey = (...parts: readonly string[]) => JSON.stringify(parts);

/** A claim of a suite, which has one kind of evidence: its own measurements. */
export function suiteClaimView(
  { claim, evaluation }: SuiteClaimModel,
  table: TableModel,
  position: number,
  links: ClaimLinks,
) {
  const { suite, scale } = table.plan;
  const { row, over, by, metric, columns } = claim;
  const amount =
    by === 0 ? '' : by > 0 ? ` by more than ${by}` : `, or worse by less than ${fixed(-by, 2)}`;
  return {
    id: `claim-${position}`,
    title: claim.title,
    statement: `${row} is better than ${over}${amount}, in ${metricName(metric)}, on ${plural(columns.length, 'column')}, paired by seed.`,
    source: { who: `the suite ${suite}`, place: `at scale ${scale}` },
    note: '',
    evaluations: [evaluationView(suiteKind(table), evaluation, links)],
  };
}

/** As which kind of evidence a suite's own measurements count. */
export function suiteKind({ plan }: TableModel): Kind {
  return plan.scale === 'paper' || plan.scale === 'own' ? plan.scale : 'proxy';
}

/** A claim with its evidence, as the page of its paper shows it. */
export function claimView({ claim, published, paper, proxy }: ClaimModel, links: ClaimLinks) {
  const { id, title, statement, source, note } = claim;
  const view = (kind: Kind, evaluation: Evaluation) => evaluationView(kind, evaluation, links);
  return {
    id: claimAnchor(id),
    title,
    statement,
    source,
    note: note ?? '',
    evaluations: [view('published', published), view('paper', paper), view('proxy', proxy)],
  };
}

function evaluationView(kind: Kind, evaluation: Evaluation, links: ClaimLinks) {
  const { outcome, sentence, findings, missing } = evaluation;
  return {
    kind,
    name: [...kinds, ownKind].find(({ key }) => key === kind)?.name as string,
    badge: outcomeBadge(outcome, kind),
    sentence,
    summary: summarySentence(evaluation),
    count: plural(findings.length, 'comparison'),
    missing: missing.map(
      ({ a, b, column, undefined: never }) =>
        `${a} against ${b}${column === null ? '' : `: ${column.replace('__', ' \u2192 ')}`}${never === null ? '' : ` (cannot be run: ${never})`}`,
    ),
    findings: findings.map((finding) => findingView(finding, links)),
    sources: sourcesOf(findings),
  };
}

/** What the pairs say together; empty with fewer than two. */
function summarySentence({ summary, findings }: Evaluation): string {
  const [first] = findings;
  if (summary === null || first === undefined) return '';
  const { places, mean, low, high, between } = summary;
  const unit = first.unit === '%' ? 'points' : first.unit;
  const of = (value: number) => signed(value, first.decimals);
  return `Over ${places} pairs together (random effects): ${of(mean)} ${unit} on average, 90 % interval ${of(low)} to ${of(high)}; between pairs the difference scatters by ${fixed(between, first.decimals)}.`;
}

const saysWords: Readonly<Record<ClaimFinding['says'], { word: string; symbol: string }>> = {
  for: { word: 'for', symbol: '\u2713' },
  against: { word: 'against', symbol: '\u2715' },
  open: { word: 'open', symbol: '?' },
  nothing: { word: 'not counted', symbol: '\u2205' },
};

function findingView(finding: ClaimFinding, links: ClaimLinks) {
  const { low, high, n, p, decimals, unit } = finding;
  const interval =
    low === null || high === null
      ? []
      : [`90 % interval ${signed(low, decimals)} to ${signed(high, decimals)}, ${n} seeds`];
  const test = p === null || low === null ? [] : [`sign-flip p = ${p.toPrecision(2)}`];
  const side = (of: Side) => ({
    name: of.name,
    value: fixed(of.value, of.published?.decimals ?? 2),
    href: hrefOf(of, links),
    source: of.published?.table ?? '',
  });
  return {
    place: finding.place,
    a: side(finding.a),
    b: side(finding.b),
    difference: signed(finding.difference, decimals),
    unit: unit === '%' ? 'points' : unit,
    detail: [...interval, ...test].join('; '),
    notes: finding.notes,
    ...saysWords[finding.says],
    sort: String(finding.difference),
  };
}

/** Where the published numbers of an evaluation were read, a line per table. */
function sourcesOf(findings: readonly ClaimFinding[]): readonly string[] {
  const cells = findings.flatMap(({ a, b }) => [a.published, b.published]);
  const lines = cells
    .filter((cell) => cell !== null)
    .map(({ table, source, trust }) => `${table} (${trust}): ${source}`);
  return [...new Set(lines)];
}

function hrefOf({ cell, published }: Side, links: ClaimLinks): string {
  if (cell !== null) return links.cells.get(cell) ?? '';
  if (published === null) return '';
  const { table, row, column, metric } = published;
  return links.published.get(publishedKey(table, row, column, metric)) ?? '';
}
