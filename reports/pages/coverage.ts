import type { CoverageCounts, CoverageGroup, CoverageReason } from '../../suites/coverage.ts';
import { plural } from '../format.ts';
import type { SitePage } from './types.ts';

const stages = [
  { stage: 'declared', title: 'Not declared' },
  { stage: 'runnable', title: 'Declared, not runnable' },
  { stage: 'comparable', title: 'Runnable, by another protocol than the published one' },
] as const;

/**
 * How many published numbers are known, declared, runnable and measured, and what keeps the others.
 */
export const coverage: SitePage = {
  path: 'coverage.html',
  title: 'How much is covered',
  navigation: 'Coverage',
  template: 'coverage.njk',
  async content({ coverage: found }) {
    if (found === null) return null;
    return {
      all: { ...counts(found), name: 'all' },
      sections: [
        { id: 'systems', title: 'By system', head: 'System', groups: found.systems.map(group) },
        {
          id: 'tables',
          title: 'By published table',
          head: 'Table',
          groups: found.tables.filter(({ declared }) => declared > 0).map(group),
        },
        { id: 'suites', title: 'By suite', head: 'Suite', groups: found.suites.map(group) },
      ],
      reasons: stages.flatMap(({ stage, title }) => reasonView(stage, title, found.reasons)),
    };
  },
};

function counts({ known, declared, runnable, comparable, measured }: CoverageCounts) {
  return { known, declared, runnable, comparable, measured };
}

function group(found: CoverageGroup) {
  const share = (part: number) => (found.known === 0 ? 0 : Math.round((100 * part) / found.known));
  return { name: found.name, ...counts(found), bar: share(found.runnable) };
}

function reasonView(
  stage: CoverageReason['stage'],
  title: string,
  reasons: readonly CoverageReason[],
) {
  const own = reasons.filter((reason) => reason.stage === stage);
  if (own.length === 0) return [];
  const sum = own.reduce((total, { numbers }) => total + numbers, 0);
  const rows = own.map(({ numbers, reason }) => ({ numbers, reason }));
  return [{ id: `why-${stage}`, title, count: plural(sum, 'number'), rows }];
}
