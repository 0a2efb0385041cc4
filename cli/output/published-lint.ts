import { type FindingGroup, type RecordLint, rules } from '../../reference/published/lint/index.ts';
import { plural } from '../../reports/format.ts';

/** The findings for a terminal: a heading per rule and group, the gravest findings first. */
export function lintLines(lint: RecordLint, most: number): readonly string[] {
  const findings = lint.groups.reduce((sum, group) => sum + group.findings.length, 0);
  const byRule = Map.groupBy(lint.groups, ({ rule }) => rule);
  return [
    `${plural(lint.numbers, 'number')} of ${plural(lint.tables, 'table')}: ${plural(findings, 'finding')} in ${plural(lint.groups.length, 'group')}; ` +
      `${lint.gains.wrong} of ${lint.gains.checked} printed gains do not add up.`,
    ...[...byRule].flatMap(([rule, groups]) => [
      '',
      rules[rule],
      ...groups.flatMap((group) => groupLines(group, most)),
    ]),
  ];
}

function groupLines({ title, findings, secondary }: FindingGroup, most: number): readonly string[] {
  const rest = findings.length - most;
  return [
    `  ${title} (${findings.length}${secondary ? ', second hand' : ''})`,
    ...findings
      .slice(0, most)
      .map(
        (finding) =>
          `    ${finding.severity}${finding.secondary ? ', second hand' : ''}: ${finding.subject}: ${finding.sentence}`,
      ),
    ...(rest > 0 ? [`    ... ${rest} more: --all`] : []),
  ];
}
