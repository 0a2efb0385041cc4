import type { FindingState, HistoryFinding } from '../history/findings.ts';
import type { DigestEntry, DigestGroup, Level } from './digest.ts';

/** A finding of the history as a finding of a digest. Only what stands fails. */
const levelOf: Readonly<Record<FindingState, Level>> = {
  regression: 'failed',
  unconfirmed: 'warning',
  improvement: 'notice',
  recovered: 'notice',
  accepted: 'notice',
  informed: 'notice',
};

/**
 * What `check` says of the history, a group per suite and scale. Empty where it says nothing: a
 * night without a finding is no test case. Pure.
 */
export function historyGroups(findings: readonly HistoryFinding[]): readonly DigestGroup[] {
  const groups = Map.groupBy(findings, ({ suite, scale }) => `${suite}@${scale}`);
  return [...groups].map(([name, found]) => ({
    name: `${name}, history`,
    note: null,
    entries: found.map((finding, index) => entryOf(finding, found.slice(0, index))),
  }));
}

/** Several findings of one cell and signal are told apart by a number. */
function entryOf(finding: HistoryFinding, before: readonly HistoryFinding[]): DigestEntry {
  const { cell, signal, state, machine, sentence } = finding;
  const place = before.filter((one) => one.cell === cell && one.signal === signal).length + 1;
  return {
    name: `${cell}: ${signal}${place === 1 ? '' : ` (${place})`}`,
    level: levelOf[state],
    word: state,
    message: machine === null ? sentence : `${sentence} (${machine})`,
  };
}
