import type { DoctorFinding, FindingState } from '../../runners/doctor/types.ts';
import { linesWithin, textWidth } from './wrap.ts';

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
    const indent = width + 11;
    const below = (text: string) => linesWithin(text, textWidth - indent);
    const [first = '', ...rest] = [value, ...(advice === null ? [] : [advice])].flatMap(below);
    return [
      `${marks[state].padEnd(8)} ${title.padEnd(width)}  ${first}`,
      ...rest.map((line) => ' '.repeat(indent) + line),
    ];
  });
  const missing = findings.filter(({ state }) => state === 'missing').map(({ title }) => title);
  const close = missing.length === 0 ? 'Ready.' : `Not ready: ${missing.join(', ')}.`;
  return [...lines, '', close];
}
