import type { Outcome } from '../../reference/claims/evaluate.ts';
import { strip } from '../charts/strip.ts';
import { outcomeStyles } from '../claim-words.ts';
import { plural } from '../format.ts';
import { suiteClaims } from '../model/suite-claims.ts';
import type { TableModel } from '../model/table-model.ts';
import { type AnswerView, type Evidence, evidence, type Part, present } from './answer-view.ts';
import { outcomeBadge } from './claim-view.ts';

/** Outcomes of the claims of own studies; their smoke runs say nothing. */
function outcomes(tables: readonly TableModel[]): readonly Outcome[] {
  return tables
    .filter(({ plan }) => plan.scale === 'own')
    .flatMap((table) => suiteClaims(table).map(({ evaluation }) => evaluation.outcome));
}

function countOf(found: readonly Outcome[], word: Outcome): number {
  return found.filter((one) => one === word).length;
}

function claimParts(found: readonly Outcome[]): readonly Part[] {
  return present(
    outcomeStyles.map(({ word, symbol }) => ({
      word,
      symbol,
      style: outcomeBadge(word, 'own').style,
      count: countOf(found, word),
    })),
  );
}

/** `2 of 4 claims of own studies hold, 1 does not, 1 is open.` */
function claimSentence(found: readonly Outcome[]): string {
  const holds = countOf(found, 'holds');
  const against = countOf(found, 'does not hold') + countOf(found, 'mixed');
  const head = `${holds} of ${plural(found.length, 'claim')} of own studies ${holds === 1 ? 'holds' : 'hold'}`;
  const open = found.length - holds - against;
  const rest = [
    ...(against === 0 ? [] : [`${against} ${against === 1 ? 'does' : 'do'} not`]),
    ...(open === 0 ? [] : [`${open} ${open === 1 ? 'is' : 'are'} open`]),
  ];
  return `${[head, ...rest].join(', ')}.`;
}

/** What the first page answers where every table is of an own study. */
export function studyAnswer(tables: readonly TableModel[]): AnswerView {
  const found = outcomes(tables);
  const cells = tables.filter(({ plan }) => plan.scale === 'own').flatMap((table) => table.cells);
  const measured = cells.filter(({ last }) => last !== null).length;
  const parts = claimParts(found);
  const detail = `${measured} of ${plural(cells.length, 'cell')} measured. Nothing of an own study is published, so there is no number that it could reproduce.`;
  return {
    headline: found.length === 0 ? 'The own studies here claim nothing.' : claimSentence(found),
    detail,
    numbers: [],
    verdicts:
      parts.length === 0
        ? null
        : {
            parts,
            svg: strip(
              parts,
              `Claims of own studies: ${parts.map(({ word, count }) => `${count} ${word}`).join(', ')}`,
            ),
          },
    reach: null,
  };
}

/** The claims of own studies beside tables of publications; null where there are none. */
export function studyEvidence(tables: readonly TableModel[]): Evidence | null {
  const found = outcomes(tables);
  return evidence(
    'What own studies say of their claims',
    'claims.html',
    claimSentence(found),
    outcomeStyles.map(({ word, symbol }) => ({ word, symbol, count: countOf(found, word) })),
  );
}
