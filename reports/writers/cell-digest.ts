import { outcomeKinds } from '../../reference/claims/outcomes.ts';
import { verdictKinds } from '../../reference/verdict/words/index.ts';
import { fixed, sentence } from '../format.ts';
import { type SuiteClaimModel, suiteClaims } from '../model/suite-claims.ts';
import type { CellModel, TableModel, TrialModel } from '../model/table-model.ts';
import { metricName, pairName, trialState } from '../views/words.ts';
import type { Digest, DigestEntry } from './digest.ts';

/**
 * What can fail of every table: the gates of its teachers, the verdicts of its cells, the claims of
 * its suite. A group per suite and scale, in the order of the tables. Pure.
 */
export function cellDigest(tables: readonly TableModel[]): Digest {
  return {
    title:
      tables.length > 0 && tables.every(({ own }) => own)
        ? 'Redistill: own studies'
        : 'Redistill: do the published numbers hold?',
    lead: '',
    groups: tables.map((table) => ({
      name: `${table.plan.suite}@${table.plan.scale}`,
      note: table.notComparable,
      entries: [
        ...gateEntries(table),
        ...table.cells.map((cell) => ({
          name: cellName(cell),
          level: verdictKinds[cell.verdict.word].level,
          word: cell.verdict.word,
          message: cell.verdict.reason,
        })),
        ...suiteClaims(table).map(claimEntry),
      ],
    })),
  };
}

/** The accuracies that teachers need before they may teach. */
function gateEntries({ trials }: TableModel): readonly DigestEntry[] {
  return trials.flatMap((trial) =>
    trial.gate === null || trial.gate === 0 ? [] : [gateEntry(trial, trial.gate)],
  );
}

function gateEntry(trial: TrialModel, gate: number): DigestEntry {
  const { spec, last, counted } = trial;
  const name = `Gate of ${spec.model}, seed ${spec.seed} (${trial.trial.slice(0, 8)})`;
  const state = trialState(trial);
  if (!counted || last === null) {
    const open = state === 'not run' || state === 'unfinished' || state === 'cancelled';
    const message = `the gate is ${gate}, and the teacher has no accuracy: ${state}`;
    return { name, level: open ? 'skipped' : 'error', word: state, message };
  }
  const passed = last.value >= gate;
  return {
    name,
    level: passed ? 'passed' : 'failed',
    word: passed ? 'gate passed' : 'below its gate',
    message: `${fixed(last.value, 2)}, and the gate is ${gate}`,
  };
}

function claimEntry({ claim, evaluation }: SuiteClaimModel): DigestEntry {
  const { outcome } = evaluation;
  return {
    name: `Claim: ${claim.title} (${metricName(claim.metric)})`,
    level: outcomeKinds[outcome].level,
    word: outcome,
    message: sentence(evaluation.sentence),
  };
}

/** `KD, resnet56 → resnet20, Top-1 accuracy` */
export function cellName({ row, column }: CellModel): string {
  return `${row.row}, ${pairName(column)}, ${metricName(row.metric)}`;
}
