import type { Outcome } from '../../reference/claims/evaluate.ts';
import { outcomeStyles } from '../claim-words.ts';
import { fileNames } from '../file-names.ts';
import { plural } from '../format.ts';
import type { ClaimModel } from '../model/claim-evidence.ts';
import { suiteClaims } from '../model/suite-claims.ts';
import {
  claimAnchor,
  claimLinks,
  claimView,
  kinds,
  outcomeBadge,
  suiteClaimView,
  suiteKind,
} from '../views/claim-view.ts';
import type { SitePage, SiteTable } from './types.ts';

/**
 * Statements that users quote, each against published numbers, paper-scale and proxy measurements:
 * an index that says what came of each, and a page with the evidence per paper.
 */
export const page: SitePage = {
  path: 'claims.html',
  title: 'Do the claims hold?',
  navigation: 'Claims',
  template: 'claims.njk',
  async content({ claims: models, tables }) {
    return {
      total: plural(models.length, 'claim'),
      kinds,
      counts: outcomeStyles.map((style) => ({
        ...style,
        counts: kinds.map(({ key }) => ({ key, count: countOf(models, key, style.word) })),
      })),
      suites: suitesOf(tables).map(({ name, path, table, claims: own }) => ({
        name,
        path,
        id: path.replace('.html', ''),
        count: plural(own.length, 'claim'),
        claims: own.map(({ claim, evaluation }, index) => ({
          // Two suites may count theirs alike: on this page the anchors have their names in front.
          id: `${path.replace('.html', '')}-${index + 1}`,
          anchor: `claim-${index + 1}`,
          title: claim.title,
          outcomes: [
            { short: table.plan.scale, badge: outcomeBadge(evaluation.outcome, suiteKind(table)) },
          ],
        })),
      })),
      papers: papersOf(models).map(({ name, path, claims: own }) => ({
        name,
        path,
        id: path.replace('.html', ''),
        count: plural(own.length, 'claim'),
        claims: own.map((model) => ({
          id: claimAnchor(model.claim.id),
          anchor: claimAnchor(model.claim.id),
          title: model.claim.title,
          outcomes: kinds.map(({ key, short }) => ({
            short,
            badge: outcomeBadge(model[key].outcome, key),
          })),
        })),
      })),
    };
  },
  async below({ claims: models, tables }) {
    const links = claimLinks(tables);
    const suites = suitesOf(tables).map(({ name, path, table, claims: own }) =>
      pageOf(
        name,
        path,
        leadOfSuite,
        own.map((model, index) => suiteClaimView(model, table, index + 1, links)),
      ),
    );
    const papers = papersOf(models).map(({ name, path, claims: own }) =>
      pageOf(
        name,
        path,
        leadOfPaper,
        own.map((model) => claimView(model, links)),
      ),
    );
    return [...suites, ...papers];
  },
};

const leadOfPaper =
  'Each claim against the published numbers alone, measurements at paper scale, and proxy measurements. Only a measurement at paper scale has a colour.';

const leadOfSuite =
  'What the suite claims of its own rows, against what it measured itself: paired by seed, all claims together.';

/** The evidence of one paper or of one's own suite. */
function pageOf(name: string, path: string, lead: string, claims: readonly unknown[]) {
  return {
    path,
    title: `Claims: ${name}`,
    name,
    template: 'claims-of-paper.njk' as const,
    content: { name, lead, claims },
  };
}

/** The claims by the paper that makes them, in the order of the first claim of each. */
function papersOf(models: readonly ClaimModel[]) {
  const papers = Map.groupBy(models, ({ claim }) => claim.paper);
  const files = fileNames([...papers.keys()]);
  return [...papers].map(([name, own]) => ({
    name,
    path: `claims-${files.get(name)}.html`,
    claims: own,
  }));
}

/** The suites that claim something of their own rows, in the order of the tables. */
function suitesOf(tables: readonly SiteTable[]) {
  const claiming = tables.filter(({ table }) => table.plan.claims.length > 0);
  const names = claiming.map(({ table: { plan } }) => `${plan.suite}@${plan.scale}`);
  const files = fileNames(names);
  return claiming.map(({ table }, index) => {
    const name = names[index] as string;
    return { name, path: `claims-of-${files.get(name)}.html`, table, claims: suiteClaims(table) };
  });
}

function countOf(
  models: readonly ClaimModel[],
  kind: (typeof kinds)[number]['key'],
  outcome: Outcome,
): number {
  return models.filter((model) => model[kind].outcome === outcome).length;
}
