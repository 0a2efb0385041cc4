import { KindTable } from '../../common/kind-table.ts';
import type { SitePage } from './types.ts';

/**
 * The pages at the top of the site, in the order of the navigation; the first is the one that is
 * opened. A further one is a file and a line here.
 */
// biome-ignore format: a table
export const sitePages = new KindTable<SitePage>('page', {
  overview: async () => (await import('./overview.ts')).page,
  claims: async () => (await import('./claims.ts')).page,
  coverage: async () => (await import('./coverage.ts')).page,
  parity: async () => (await import('./parity.ts')).page,
  cost: async () => (await import('./cost.ts')).page,
  history: async () => (await import('./history.ts')).page,
  official: async () => (await import('./official.ts')).page,
  record: async () => (await import('./record.ts')).page,
  glossary: async () => (await import('./glossary.ts')).page,
});
