import {
  type FindingGroup,
  lintPublished,
  type RecordFinding,
  type Rule,
  rules,
} from '../../reference/published/lint/index.ts';
import type { Published } from '../../reference/published/loader.ts';
import type { PublishedCell } from '../../reference/published/types.ts';
import { plural } from '../format.ts';
import { recordTally, severityMarks } from '../views/record-tally.ts';
import type { SitePage } from './types.ts';

/**
 * The published record checked against itself: what a reader should know before a published number
 * is held against anything.
 */
export const page: SitePage = {
  path: 'record.html',
  title: 'The published record, checked',
  navigation: 'Published record',
  template: 'record.njk',
  async content({ record: published }) {
    return published === null ? null : recordView(published);
  },
};

/** Findings that a group shows at once; the rest is folded. */
const shown = 3;

/** What the page says of a set of published tables. Pure. */
export function recordView(published: Published) {
  const lint = lintPublished(published);
  const byRule = Map.groupBy(lint.groups, ({ rule }) => rule);
  return {
    checked: `${plural(lint.numbers, 'number')} of ${plural(lint.tables, 'table')} were compared with each other, and ${lint.gains.wrong} of ${plural(lint.gains.checked, 'printed gain')} ${lint.gains.wrong === 1 ? 'does' : 'do'} not add up. ${plural(lint.secondaryTables, 'table')} of them ${lint.secondaryTables === 1 ? 'is' : 'are'} quoted at second hand; what rests on such a number alone is marked.`,
    tally: recordTally(lint),
    rules: [...byRule].map(([rule, groups]) => ruleView(rule, groups)),
  };
}

function ruleView(rule: Rule, groups: readonly FindingGroup[]) {
  return {
    id: rule,
    title: rules[rule],
    groups: groups.map((group) => ({
      title: group.title,
      secondary: group.secondary,
      count: plural(group.findings.length, 'finding'),
      findings: group.findings.slice(0, shown).map(findingView),
      more: group.findings.slice(shown).map(findingView),
    })),
  };
}

function findingView(finding: RecordFinding) {
  const { severity, subject, sentence, secondary, evidence } = finding;
  return {
    mark: severityMarks[severity],
    subject,
    sentence,
    secondary,
    sources: sourcesOf(evidence),
  };
}

/** Every source once, with the numbers that were read from it. */
function sourcesOf(evidence: readonly PublishedCell[]) {
  return [...Map.groupBy(evidence, ({ table }) => table)].map(([table, cells]) => {
    const first = cells[0] as PublishedCell;
    const numbers = new Set(
      cells.map(
        ({ row, column, value, decimals }) => `${row}, ${column}: ${value.toFixed(decimals)}`,
      ),
    );
    return {
      table,
      trust: first.trust,
      secondary: first.trust === 'secondary',
      source: first.source,
      numbers: [...numbers],
    };
  });
}
