import type { PublishedCell } from '../types.ts';

/**
 * How much a finding weighs. `error`: the printed figures contradict each other; `suspect`: most
 * likely a slip of copying; `differs`: two sources print different numbers, for whatever reason;
 * `caution`: the figures may be right but are not alike; `rounding`: explained by rounding.
 */
export type Severity = 'error' | 'suspect' | 'differs' | 'caution' | 'rounding';

/** In the order in which a reader should see them. */
export const severities: readonly Severity[] = [
  'error',
  'suspect',
  'differs',
  'caution',
  'rounding',
];

/** The rules, in the order of a report. */
export const rules = {
  'gain-sum': 'Printed gains that are not the difference of the printed numbers',
  'mislabelled-column': 'Columns whose numbers are those of another pair',
  'copied-column': 'Columns of one table that repeat each other',
  'copied-cell': 'Numbers that repeat a neighbouring row and contradict other sources',
  'published-or-log': 'Published numbers beside the logs of the same authors',
  'one-run-average': 'Printed averages that are the best epoch of the one run whose log is posted',
  'two-numbers': 'Cells that different sources print differently',
  'network-score': 'Teachers and students whose own accuracy differs between sources',
  'recorded-epoch': 'Rows whose digits are of another epoch than the record says',
  'mixed-epochs': 'Tables that set last-epoch numbers beside best-epoch ones',
} as const satisfies Readonly<Record<string, string>>;
export type Rule = keyof typeof rules;

/** One thing that is wrong or odd in the published record. */
export interface RecordFinding {
  readonly severity: Severity;
  /** Its subject: `cifar100, resnet50 → mobilenetv2, SD-KD`. */
  readonly subject: string;
  readonly sentence: string;
  /** Every printed number that it rests on, with its source. */
  readonly evidence: readonly PublishedCell[];
  /**
   * True where it would vanish without numbers quoted at second hand: shown and marked, and never
   * more than `differs`.
   */
  readonly secondary: boolean;
}

/** Findings of one rule that belong together. */
export interface FindingGroup {
  readonly rule: Rule;
  readonly title: string;
  readonly severity: Severity;
  readonly secondary: boolean;
  readonly findings: readonly RecordFinding[];
}

/**
 * Puts the findings under one heading, the gravest first. The heading has the weight of the
 * gravest. Second-hand findings accuse no publication.
 */
export function groupOf(
  rule: Rule,
  title: string,
  findings: readonly RecordFinding[],
): readonly FindingGroup[] {
  if (findings.length === 0) return [];
  const rank = ({ severity }: RecordFinding) => severities.indexOf(severity);
  const fair = findings.map((finding) =>
    finding.secondary && ['error', 'suspect'].includes(finding.severity)
      ? { ...finding, severity: 'differs' as const }
      : finding,
  );
  const sorted = fair.sort((one, other) => rank(one) - rank(other));
  return [
    {
      rule,
      title,
      severity: (sorted[0] as RecordFinding).severity,
      secondary: findings.every(({ secondary }) => secondary),
      findings: sorted,
    },
  ];
}

/** `teacher → student`, or the network alone. */
export function pairOf({ teacher, student }: Pick<PublishedCell, 'teacher' | 'student'>): string {
  return teacher === null ? student : `${teacher} → ${student}`;
}

export function printed({ value, decimals }: Pick<PublishedCell, 'value' | 'decimals'>): string {
  return value.toFixed(decimals);
}

/**
 * Printed numbers are equal where they are equal digit by digit; their sums in floating point need
 * a little room.
 */
export function equal(one: number, other: number): boolean {
  return Math.abs(one - other) < 1e-9;
}

/** The key by which two numbers are the same: data set, pair, method and metric. */
export function identity(cell: PublishedCell): string {
  return [cell.dataset, cell.teacher ?? '', cell.student, cell.method ?? '', cell.metric].join(
    '\n',
  );
}

/**
 * Numbers that a source presents as the result: no log, no comment in a script, no second number of
 * the same cell, and no row of an ablation, whose key has its parameters in brackets.
 */
export function isStatement(cell: PublishedCell, kind: string): boolean {
  const headline = cell.method === null || cell.row === cell.method;
  return kind !== 'log' && kind !== 'script' && cell.part === null && headline;
}
