import type { ParitySample } from '../../contract/parity.ts';
import { lintPublished } from '../../reference/published/lint/index.ts';
import { shippedSuites } from '../../suites/load.ts';
import { markGlyph, marks } from '../charts/verdict-map.ts';
import { outcomeStyles } from '../claim-words.ts';
import { plural } from '../format.ts';
import { answerOf } from '../model/answer.ts';
import type { ClaimModel } from '../model/claim-evidence.ts';
import { type Score, scorecard } from '../model/systems.ts';
import { answerView, claimsEvidence, type Evidence, evidence, proxyEvidence } from '../views/answer-view.ts'; // biome-ignore format: one line
import { recordTally } from '../views/record-tally.ts';
import { studyAnswer, studyEvidence } from '../views/study-view.ts';
import { byRelevance, markOf, tableCard } from '../views/table-card.ts';
import { tally } from '../views/words.ts';
import type { SiteData, SitePage } from './types.ts';

/**
 * The first page: the answer in one picture, every table with a mark per cell, what no table has
 * begun, and the seven systems.
 */
export const page: SitePage = {
  path: 'index.html',
  title: 'Redistill: do the published numbers hold?',
  navigation: 'Overview',
  template: 'index.njk',
  async content(data) {
    const models = data.tables.map(({ table }) => table);
    const scores = scorecard(models, data.claims, data.parity).map(scoreView);
    const shipped = new Set(shippedSuites());
    const seen = new Set(models.flatMap(({ cells }) => cells.map(markOf)));
    const evidence = evidenceOf(data);
    const besides = evidence.filter(({ stands }) => stands).map(({ sentence }) => sentence);
    const own = models.length > 0 && models.every((table) => table.own);
    return {
      question: own ? 'Do the claims of the own studies hold?' : 'Do the published numbers hold?',
      answer: own ? studyAnswer(models) : answerView(answerOf(models, data.coverage), besides),
      evidence,
      tables: byRelevance(data.tables, shipped).map((entry) =>
        tableCard(entry, data, !shipped.has(entry.table.plan.suite)),
      ),
      marks: marks
        .filter((mark) => seen.has(mark))
        .map((mark) => ({
          word: mark === 'not runnable' ? 'lacks something that it needs' : mark,
          svg: markGlyph(mark),
        })),
      ahead: aheadOf(data),
      scores,
      columns: {
        parity: scores.some(({ parity }) => parity !== null),
        proxyClaims: scores.some(({ proxyClaims }) => proxyClaims.length > 0),
        cells: scores.some(({ cells }) => cells.length > 0),
        proxy: scores.some(({ proxy }) => proxy !== ''),
      },
    };
  },
};

/** What is known without a measurement at paper scale, the most telling first. */
function evidenceOf({ tables, claims, record, parity }: SiteData): readonly Evidence[] {
  const [newest] = parity;
  const cases = newest?.cases.filter(({ skipped }) => !skipped) ?? [];
  const agreeing = cases.filter(({ ok }) => ok).length;
  const lint = record === null ? null : lintPublished(record);
  const models = tables.map(({ table }) => table);
  const found = [
    // Where there is nothing but own studies, they are the answer above.
    models.every(({ own }) => own) ? null : studyEvidence(models),
    proxyEvidence(models),
    claimsEvidence(claims, 'proxy'),
    claimsEvidence(claims, 'published'),
    lint === null
      ? null
      : evidence(
          'Findings in the published record itself',
          'record.html',
          `${plural(lint.numbers, 'number')} compared with each other; ${lint.gains.wrong} of ${plural(lint.gains.checked, 'printed gain')} ${lint.gains.wrong === 1 ? 'does' : 'do'} not add up.`,
          recordTally(lint),
        ),
    evidence(
      'Parity with the authors\u2019 code',
      'parity.html',
      `${agreeing} of ${plural(cases.length, 'case')} ${agreeing === 1 ? 'agrees' : 'agree'} within tolerance${sampleWords(newest?.sample ?? null)}.`,
      [
        { word: 'agree', symbol: '\u2713', count: agreeing },
        { word: 'differ', symbol: '\u2715', count: cases.length - agreeing },
      ],
    ),
  ];
  return found.filter((one) => one !== null);
}

/** How much of the official numbers a sample is; nothing for a whole comparison. */
function sampleWords(sample: ParitySample | null): string {
  return sample === null ? '' : `, in a sample of ${sample.files} of ${sample.of} golden files`;
}

/**
 * Suites that come with Redistill and are not begun here at paper scale, the most runnable first.
 */
function aheadOf({ tables, coverage }: SiteData) {
  const begun = new Set(
    tables.filter(({ table }) => table.plan.scale === 'paper').map(({ table }) => table.plan.suite),
  );
  const suites = (coverage?.suites ?? [])
    .filter(({ name }) => !begun.has(name))
    .toSorted((one, other) => other.runnable - one.runnable);
  if (suites.length === 0) return null;
  const sum = (of: 'known' | 'runnable') => suites.reduce((total, one) => total + one[of], 0);
  return {
    title: `${plural(suites.length, 'table')} not begun here: ${sum('runnable')} of ${plural(sum('known'), 'cell')} can be run`,
    suites: suites.map(({ name, known, runnable }) => ({
      name,
      known,
      runnable,
      bar: known === 0 ? 0 : Math.round((100 * runnable) / known),
    })),
  };
}

function scoreView({ system, parity, claims, printed, paper, proxy }: Score) {
  const whole = parity !== null && parity.passed === parity.cases;
  return {
    name: system.name,
    paper: system.paper,
    parity:
      parity === null
        ? null
        : {
            // No verdict's colour: agreement with code is no measurement of a number.
            ...(whole
              ? { word: 'agrees', symbol: '\u2713', style: 'neutral' }
              : { word: 'differs', symbol: '\u2715', style: 'failed' }),
            count: `${parity.passed} of ${plural(parity.cases, 'case')}${parity.sample ? ' of a sample' : ''}`,
            share: parity.passed / parity.cases,
          },
    printedClaims: outcomes(printed),
    proxyClaims: outcomes(claims).filter(({ word }) => word !== 'not enough data'),
    cells: tally(paper),
    cellCount: paper.length,
    proxy: proxy.cells === 0 ? '' : `${proxy.measured} of ${plural(proxy.cells, 'cell')}`,
  };
}

function outcomes(claims: ReadonlyMap<string, readonly ClaimModel[]>) {
  return outcomeStyles
    .map(({ word, symbol }) => ({ word, symbol, style: 'neutral', count: claims.get(word)?.length ?? 0 })) // biome-ignore format: one line
    .filter(({ count }) => count > 0);
}
