import { claims } from './claims.ts';
import { glossary } from './glossary.ts';
import { overview } from './overview.ts';
import { record } from './record.ts';
import type { SitePage } from './types.ts';

/** The pages at the top of the site, in the order of the navigation; the first is the one that is opened. */
export const sitePages: readonly SitePage[] = [overview, claims, record, glossary];
