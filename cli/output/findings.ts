import type { DoctorFinding, FindingState } from '../../runners/doctor/types.ts';

const marks: Readonly<Record<FindingState, string>> = {
  fine: 'ok',
  optional: '-',
  warning: 'warning',
  missing: 'MISSING',
};

/**
 * A line per finding, what to do about it below, and a closing line that counts what is missing.
 */
export function findingLines(findings: readonly DoctorFinding[]): readonly string[] {
  const width = Math.max(...findings.map(({ title }) => title.length));
  const lines = findings.flatMap(({ title, state, value, advice }) => {
    const indent = ' '.repeat(width + 11);
    const line = `${marks[state].padEnd(8)} ${title.padEnd(width)}  ${value}`;
    return advice === null ? [line] : [line, `${indent}${advice}`];
  });
  const missing = findings.filter(({ state }) => state === 'missing').map(({ title }) => title);
  const close = missing.length === 0 ? 'Ready.' : `Not ready: ${missing.join(', ')}.`;
  return [...lines, '', close];
}
