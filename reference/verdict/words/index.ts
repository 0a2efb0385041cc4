import { above } from './above.ts';
import { below } from './below.ts';
import { failed } from './failed.ts';
import { inconclusive } from './inconclusive.ts';
import type { VerdictKind } from './kind.ts';
import { measured } from './measured.ts';
import { noReference } from './no-reference.ts';
import { noValue } from './no-value.ts';
import { notComparable } from './not-comparable.ts';
import { notRun } from './not-run.ts';
import { reproduced } from './reproduced.ts';

export type { VerdictKind } from './kind.ts';

/** Every verdict, in the order of legends and summaries. One more is a file and a line here. */
export const verdictKinds = {
  reproduced,
  below,
  above,
  inconclusive,
  measured,
  'not comparable': notComparable,
  'no reference': noReference,
  'no value': noValue,
  'not run': notRun,
  failed,
} as const satisfies Readonly<Record<string, VerdictKind>>;

export type VerdictWord = keyof typeof verdictKinds;

/** In the order of the table. */
export const verdictWords = Object.keys(verdictKinds) as readonly VerdictWord[];
