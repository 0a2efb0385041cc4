import type {
  Coverage,
  CoverageCounts,
  CoverageGroup,
  CoverageReason,
} from '../../suites/coverage.ts';
import { renderTable } from './table.ts';

/** The coverage for people: systems, tables, suites, and what keeps the other numbers. */
export function coverageLines(coverage: Coverage): readonly string[] {
  return [
    'Published numbers: known, declared by a suite, runnable at scale paper, runnable by the published protocol, measured.',
    '',
    ...table('system', [...coverage.systems, { name: 'all', ...coverage }]),
    '',
    ...table(
      'table',
      coverage.tables.filter(({ declared }) => declared > 0),
    ),
    '',
    'Cells of suites; a number that two suites stand for counts in both:',
    ...table('suite', coverage.suites),
    '',
    ...stage(coverage.reasons, 'declared', 'Not declared'),
    ...stage(coverage.reasons, 'runnable', 'Declared, not runnable'),
    ...stage(
      coverage.reasons,
      'comparable',
      'Runnable, by another protocol than the published one',
    ),
  ];
}

function table(
  title: string,
  groups: readonly (CoverageCounts & Pick<CoverageGroup, 'name'>)[],
): readonly string[] {
  const counts = ['known', 'declared', 'runnable', 'comparable', 'measured'] as const;
  return renderTable(
    [{ title }, ...counts.map((name) => ({ title: name, align: 'right' as const }))],
    groups.map((group) => [group.name, ...counts.map((name) => String(group[name]))]),
  );
}

function stage(
  reasons: readonly CoverageReason[],
  which: CoverageReason['stage'],
  title: string,
): readonly string[] {
  const own = reasons.filter((reason) => reason.stage === which);
  if (own.length === 0) return [];
  const sum = own.reduce((total, { numbers }) => total + numbers, 0);
  return [`${title}: ${sum}`, ...own.map(({ numbers, reason }) => `  ${numbers}  ${reason}`), ''];
}
