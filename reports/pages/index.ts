import { claims } from './claims.ts';
import { cost } from './cost.ts';
import { coverage } from './coverage.ts';
import { glossary } from './glossary.ts';
import { history } from './history.ts';
import { official } from './official.ts';
import { overview } from './overview.ts';
import { parity } from './parity.ts';
import { record } from './record.ts';
import type { SitePage } from './types.ts';

/**
 * The pages at the top of the site, in the order of the navigation; the first is the one that is
 * opened.
 */
export const sitePages: readonly SitePage[] = [
  overview,
  claims,
  coverage,
  parity,
  cost,
  history,
  official,
  record,
  glossary,
];
