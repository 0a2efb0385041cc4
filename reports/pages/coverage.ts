import { loadPublished } from '../../reference/published/loader.ts';
import type { CoverageCounts, CoverageGroup, CoverageReason } from '../../suites/coverage.ts';
import { plural } from '../format.ts';
import { systems } from '../model/systems.ts';
import type { SitePage } from './types.ts';

const stages = [
  { stage: 'declared', title: 'Not declared' },
  { stage: 'runnable', title: 'Declared, not runnable' },
  { stage: 'comparable', title: 'Runnable, by another protocol than the published one' },
] as const;

/**
 * How many published numbers are known, declared, runnable and measured, and what keeps the others.
 */
export const page: SitePage = {
  path: 'coverage.html',
  title: 'How much is covered',
  navigation: 'Coverage',
  template: 'coverage.njk',
  async content({ coverage: found, tables }) {
    if (found === null) return null;
    const names = new Map<string, Partial<Place>>([
      ...[...loadPublished().tables.values()].map(
        ({ paper }) => [paper.key, { detail: paper.title }] as const,
      ),
      ...systems.map(({ id, name, paper }) => [id, { name, detail: paper }] as const),
    ]);
    const pages = new Map(
      tables
        .filter(({ table }) => table.plan.scale === 'paper')
        .map(({ table, href }) => [table.plan.suite, href]),
    );
    const section = (
      id: string,
      title: string,
      head: string,
      groups: readonly CoverageGroup[],
      place: (name: string) => Partial<Place> = () => ({}),
    ) => ({
      id,
      title,
      head,
      count: plural(groups.length, head.toLowerCase()),
      groups: groups.map((one) => group(one, place(one.name))),
    });
    const undeclared = found.tables.filter(({ declared }) => declared === 0);
    return {
      all: { ...counts(found), name: 'all' },
      sections: [
        section('systems', 'By system', 'System', found.systems, (id) => names.get(id) ?? {}),
        section(
          'tables',
          'By published table',
          'Table',
          found.tables.filter(({ declared }) => declared > 0),
        ),
        section('suites', 'By suite', 'Suite', found.suites, (name) => ({
          href: pages.get(name) ?? '',
        })),
        section('undeclared', 'Published tables that no suite declares', 'Table', undeclared),
      ].filter(({ groups }) => groups.length > 0),
      reasons: stages.flatMap(({ stage, title }) => reasonView(stage, title, found.reasons)),
    };
  },
};

function counts({ known, declared, runnable, comparable, measured }: CoverageCounts) {
  return { known, declared, runnable, comparable, measured };
}

/** What a group is called, and the page that shows it; texts may be empty. */
interface Place {
  readonly name: string;
  readonly detail: string;
  readonly href: string;
}

function group(found: CoverageGroup, place: Partial<Place>) {
  const share = (part: number) => (found.known === 0 ? 0 : Math.round((100 * part) / found.known));
  return {
    name: found.name,
    detail: '',
    href: '',
    ...place,
    ...counts(found),
    bar: share(found.runnable),
    reasons: found.reasons.map(({ stage, reason, numbers }) => ({
      numbers,
      stage: stages.find((one) => one.stage === stage)?.title.toLowerCase() as string,
      reason,
    })),
  };
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
  return [
    {
      id: `why-${stage}`,
      title,
      count: plural(sum, 'number'),
      reasons: plural(rows.length, 'reason'),
      rows,
    },
  ];
}
