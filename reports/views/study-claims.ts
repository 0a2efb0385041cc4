import { suiteClaims } from '../model/suite-claims.ts';
import type { TableModel } from '../model/table-model.ts';
import { outcomeBadge, suiteKind } from './claim-view.ts';
import { metricName } from './words.ts';

/** A claim of an own study as the page of its table shows it, with a link to its evidence. */
export interface StudyClaim {
  readonly title: string;
  readonly metric: string;
  readonly sentence: string;
  readonly badge: ReturnType<typeof outcomeBadge>;
}

/** What a suite claims of its own rows, in its order. */
export function studyClaims(table: TableModel): readonly StudyClaim[] {
  return suiteClaims(table).map(({ claim, evaluation }) => ({
    title: claim.title,
    metric: metricName(claim.metric),
    sentence: evaluation.sentence,
    badge: outcomeBadge(evaluation.outcome, suiteKind(table)),
  }));
}
