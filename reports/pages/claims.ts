import type { Outcome } from '../../reference/claims/evaluate.ts';
import { outcomeStyles } from '../claim-words.ts';
import { fileNames } from '../file-names.ts';
import { plural } from '../format.ts';
import type { ClaimModel } from '../model/claim-evidence.ts';
import { claimAnchor, claimLinks, claimView, kinds, outcomeBadge } from '../views/claim-view.ts';
import type { SitePage } from './types.ts';

/**
 * Statements that users quote, each against published numbers, paper-scale and proxy measurements:
 * an index that says what came of each, and a page with the evidence per paper.
 */
export const claims: SitePage = {
  path: 'claims.html',
  title: 'Do the claims hold?',
  navigation: 'Claims',
  template: 'claims.njk',
  async content({ claims: models }) {
    return {
      total: plural(models.length, 'claim'),
      kinds,
      counts: outcomeStyles.map((style) => ({
        ...style,
        counts: kinds.map(({ key }) => ({ key, count: countOf(models, key, style.word) })),
      })),
      papers: papersOf(models).map(({ name, path, claims: own }) => ({
        name,
        path,
        id: path.replace('.html', ''),
        count: plural(own.length, 'claim'),
        claims: own.map((model) => ({
          id: claimAnchor(model.claim.id),
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
    return papersOf(models).map(({ name, path, claims: own }) => ({
      path,
      title: `Claims: ${name}`,
      name,
      template: 'claims-of-paper.njk',
      content: {
        name,
        claims: own.map((model) => claimView(model, links)),
        outcomes: outcomeStyles,
      },
    }));
  },
};

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

function countOf(
  models: readonly ClaimModel[],
  kind: (typeof kinds)[number]['key'],
  outcome: Outcome,
): number {
  return models.filter((model) => model[kind].outcome === outcome).length;
}
