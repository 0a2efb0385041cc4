import { strip } from '../charts/strip.ts';
import { outcomeStyles } from '../claim-words.ts';
import { plural } from '../format.ts';
import { type Answer, answerSentences } from '../model/answer.ts';
import type { ClaimModel } from '../model/claim-evidence.ts';
import type { TableModel } from '../model/table-model.ts';
import { verdictStyles } from '../verdict-words.ts';
import { pairedText } from './table-view.ts';

/** A part of a bar with what its legend says. */
export interface Part {
  readonly word: string;
  readonly symbol: string;
  readonly style: string;
  readonly count: number;
}

/** A bar over everything that one kind of evidence says. */
export interface Evidence {
  readonly name: string;
  readonly href: string;
  readonly sentence: string;
  /** Whether it speaks of claims, and so stands in for an answer where nothing was judged. */
  readonly stands: boolean;
  readonly parts: readonly Part[];
  readonly svg: string;
}

/** What the first page says before anything else. */
export interface AnswerView {
  readonly headline: string;
  readonly detail: string;
  readonly numbers: readonly { readonly name: string; readonly value: number }[];
  /** The measured numbers by what came of them, or null; and how far the known ones have come. */
  readonly verdicts: { readonly svg: string; readonly parts: readonly Part[] } | null;
  readonly reach: { readonly svg: string; readonly parts: readonly Part[] } | null;
}

/** @param besides what stands in for an answer where nothing was judged, in sentences. */
export function answerView(answer: Answer, besides: readonly string[]): AnswerView {
  const { known, runnable, measured, words } = answer;
  const verdicts = present(
    verdictStyles.map((style) => ({ ...style, count: words.get(style.word) ?? 0 })),
  );
  const reach = present([
    { word: 'measured', symbol: '\u25cf', style: 'shade-1', count: measured },
    { word: 'can be run', symbol: '\u25cb', style: 'waiting', count: runnable - measured },
    { word: 'cannot be run yet', symbol: '\u00b7', style: 'missing', count: known - Math.max(runnable, measured) },
  ]); // biome-ignore format: a table
  const { headline, detail, judged } = answerSentences(answer);
  const bar = (parts: readonly Part[], what: string) =>
    parts.length === 0 ? null : { parts, svg: strip(parts, `${what}: ${said(parts)}`) };
  return {
    headline,
    detail: [detail, ...(judged === 0 ? besides : [])].filter((text) => text !== '').join(' '),
    numbers: [
      { name: 'known', value: known },
      { name: 'runnable', value: runnable },
      { name: 'measured', value: measured },
      { name: 'reproduced', value: words.get('reproduced') ?? 0 },
    ],
    verdicts: bar(verdicts, plural(measured, 'measured number')),
    reach: bar(reach, plural(known, 'published number')),
  };
}

/** Parts in the order of the legend; those without a count are left out. */
export function present(parts: readonly Part[]): readonly Part[] {
  return parts
    .filter(({ count }) => count > 0)
    .map(({ word, symbol, style, count }) => ({ word, symbol, style, count }));
}

function said(parts: readonly Part[]): string {
  return parts.map(({ word, count }) => `${count} ${word}`).join(', ');
}

/**
 * A bar of evidence that is no measurement at paper scale: shades of one colour that no verdict
 * has. Null where there is nothing to show.
 */
export function evidence(
  name: string,
  href: string,
  sentence: string,
  parts: readonly Omit<Part, 'style'>[],
): Evidence | null {
  const shaded = present(
    parts.map((part, index) => ({ ...part, style: `shade-${Math.min(index, 5) + 1}` })),
  );
  if (shaded.length === 0) return null;
  const stands = href === 'claims.html';
  return {
    name,
    href,
    sentence,
    stands,
    parts: shaded,
    svg: strip(shaded, `${name}: ${said(shaded)}`),
  };
}

/** Claims by what the numbers that papers print, or proxy runs, say of them. */
export function claimsEvidence(
  models: readonly ClaimModel[],
  kind: 'published' | 'proxy',
): Evidence | null {
  const counted = outcomeStyles.map(({ word, symbol }) => ({
    word,
    symbol,
    count: models.filter((model) => model[kind].outcome === word).length,
  }));
  const speaking = counted.filter(({ word }) => word !== 'not enough data');
  const [first] = speaking.filter(({ count }) => count > 0);
  // Runs that no claim speaks of leave every claim without data: no evidence of any kind.
  if (first === undefined) return null;
  const against = counted.find(({ word }) => word === 'does not hold')?.count ?? 0;
  const total = plural(models.length, 'claim');
  return kind === 'published'
    ? evidence(
        'What the printed numbers say of the claims',
        'claims.html',
        `By the printed numbers alone, ${verb(count(counted, 'as printed'), total, 'stands', 'stand')} and ${verb(against, '', 'does not', 'do not')}.`,
        counted,
      )
    : evidence(
        'What proxy runs say of the claims',
        'claims.html',
        `In proxy runs under equal conditions, ${verb(count(counted, 'holds'), total, 'holds', 'hold')} and ${verb(against, '', 'does not', 'do not')}.`,
        counted,
      );
}

function verb(count: number, whole: string, one: string, many: string): string {
  return `${count}${whole === '' ? '' : ` of ${whole}`} ${count === 1 ? one : many}`;
}

function count(parts: readonly { word: string; count: number }[], word: string): number {
  return parts.find((part) => part.word === word)?.count ?? 0;
}

/** Differences of methods to the baselines of a table, by what their test says. */
export function comparisonParts(tables: readonly TableModel[]): readonly Omit<Part, 'style'>[] {
  const found = tables
    .flatMap((table) => table.cells)
    .flatMap(({ paired, decimals }) => paired.map((one) => pairedText(one, decimals).mark));
  return [
    { word: 'higher than the baseline', symbol: '\u25b2', mark: 'higher' },
    { word: 'lower', symbol: '\u25bc', mark: 'lower' },
    { word: 'open', symbol: '?', mark: 'open' },
  ].map(({ mark, ...part }) => ({ ...part, count: found.filter((one) => one === mark).length }));
}

/** Comparisons that a proxy measured, with how many of them are decided. */
export function proxyEvidence(tables: readonly TableModel[]): Evidence | null {
  const proxies = tables.filter(({ plan }) => plan.scale === 'proxy');
  const parts = comparisonParts(proxies);
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  const decided = total - count(parts, 'open');
  return evidence(
    'Methods against baselines, by proxy',
    '#tables',
    `${decided} of ${plural(total, 'comparison')} ${decided === 1 || total === 1 ? 'is' : 'are'} decided beyond chance.`,
    parts,
  );
}
