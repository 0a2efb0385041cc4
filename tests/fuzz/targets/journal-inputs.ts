import * as fc from 'fast-check';
import { type TrialSpec, trialId } from '../../../contract/spec.ts';
import { journalText, makeJournal, makeSpec } from '../../results/builder.ts';
import { corpusTexts } from '../corpus.ts';
import { jsonText, mutateJson, mutateText, type Recipe, recipes } from '../mutate.ts';

const events = [{ kind: 'note', message: 'a remark' }];
const journals = [
  makeJournal({ spec: makeSpec(), accuracies: [10, 20, 30], events }),
  makeJournal({
    spec: makeSpec({ seed: 2, teacher: null, role: 'teacher', method: 'none' }),
    accuracies: [5],
    students: 3,
  }),
  makeJournal({
    spec: makeSpec({ seed: 3 }),
    accuracies: [],
    end: { state: 'diverged', reason: 'NaN' },
  }),
  makeJournal({ spec: makeSpec({ seed: 4 }), accuracies: [1, 2], end: null }),
];

const whole = [...journals.map(journalText), ...corpusTexts('journals')];
const lines: readonly unknown[] = journals.flat();

/**
 * How a journal is changed: as text, or one line as JSON, with the identity and the numbers made
 * right again.
 */
export interface JournalInput {
  readonly form: 'text' | 'line' | 'spec';
  readonly journal: number;
  readonly line: number;
  readonly recipe: Recipe;
  /** Makes `seq`, `trial` and `run` fit, so that what is behind those checks is reached. */
  readonly repair: boolean;
}

export const journalInputs = (): fc.Arbitrary<JournalInput> =>
  fc.record({
    form: fc.constantFrom('text', 'line', 'line', 'spec'),
    journal: fc.nat(journals.length - 1),
    line: fc.nat(99),
    recipe: recipes(),
    repair: fc.boolean(),
  });

/** A journal, and the folders that it belongs into. */
export interface HostileJournal {
  readonly text: string;
  readonly trial: string;
  readonly run: string;
}

export function hostileJournal(input: JournalInput): HostileJournal {
  const own = journals[input.journal] as (typeof journals)[number];
  const [header] = own;
  if (header?.type !== 'header') throw new Error('a journal begins with its header');
  const place = { trial: header.trial, run: header.run };
  if (input.form === 'text') {
    const words = [
      '{"seq":',
      '"type":"epoch"',
      '"type":"end"',
      '"type":"resume"',
      '"metrics":[',
      'null',
      '\n',
      '\r\n',
      '{}',
      '\ufeff',
    ];
    return { ...place, text: mutateText(whole, { ...input.recipe, seed: input.journal }, words) };
  }
  const changed: unknown[] = structuredClone([...own]);
  const at = input.form === 'spec' ? 0 : input.line % changed.length;
  const target = changed[at] as Record<string, unknown>;
  if (input.form === 'spec') {
    target['spec'] = mutateJson([target['spec'], ...lines], { ...input.recipe, seed: 0 });
  } else changed[at] = mutateJson([target, ...lines], { ...input.recipe, seed: 0 });
  if (input.repair) Object.assign(place, repaired(changed));
  return { ...place, text: changed.map((line) => `${jsonText(line)}\n`).join('') };
}

/**
 * Numbers the lines, and gives the header the identity of its specification. @returns the folders
 */
function repaired(changed: unknown[]): { trial: string; run: string } | undefined {
  changed.forEach((line, seq) => {
    if (isRecord(line)) line['seq'] = seq;
  });
  const [header] = changed;
  if (!isRecord(header)) return undefined;
  try {
    const trial = trialId(header['spec'] as TrialSpec);
    const run = `${trial}-${'f'.repeat(8)}-1`;
    Object.assign(header, { trial, run });
    return { trial, run };
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
