import {
  type RecordLint,
  type Severity,
  severities,
} from '../../reference/published/lint/index.ts';

/** How grave a finding is, in words and with a symbol of its own. */
export const severityMarks: Readonly<Record<Severity, { readonly word: string; readonly symbol: string; readonly style: string; readonly meaning: string }>> = {
  error: { word: 'does not add up', symbol: '\u2715', style: 'failed', meaning: 'The printed figures contradict each other.' },
  suspect: { word: 'likely slip', symbol: '!', style: 'below', meaning: 'Most likely copied or labelled wrongly.' },
  differs: { word: 'differs', symbol: '\u2260', style: 'inconclusive', meaning: 'Two sources print different numbers: another protocol, a rerun or a slip.' },
  caution: { word: 'not alike', symbol: '~', style: 'neutral', meaning: 'Each figure may be right, but they do not mean the same.' },
  rounding: { word: 'rounding', symbol: '\u2248', style: 'neutral', meaning: 'Off by one in the last digit, as rounding explains.' },
}; // biome-ignore format: a table

/** Findings by how grave they are; degrees without a finding are left out. */
export function recordTally({ groups }: RecordLint) {
  const findings = groups.flatMap((group) => group.findings);
  return severities
    .map((severity) => ({
      ...severityMarks[severity],
      count: findings.filter((finding) => finding.severity === severity).length,
    }))
    .filter(({ count }) => count > 0);
}
