import type { EnvironmentRow } from '../../results/queries.ts';
import type { Store } from '../../results/store.ts';
import type { TableModel } from '../model/table-model.ts';

/** A table of the site with the addresses of its pages, relative to the site's folder. */
export interface SiteTable {
  readonly table: TableModel;
  readonly href: string;
  /** The page of each cell, by the cell's id. */
  readonly cellHrefs: ReadonlyMap<string, string>;
}

/** What a page of the site may draw from. Pages ask the store for what tables do not hold. */
export interface SiteData {
  readonly store: Store;
  /** Every suite at every scale that was planned: by suite, then paper, proxy, smoke. */
  readonly tables: readonly SiteTable[];
  readonly environments: readonly EnvironmentRow[];
}

/** A page at the top of the site. Each has a file in this folder and a line in `index.ts`. */
export interface SitePage {
  /** File name in the site's folder. */
  readonly path: string;
  readonly title: string;
  /** What the navigation calls it. */
  readonly navigation: string;
  readonly template: string;
  /** What the template shows; null where there is nothing to show, which leaves the page out. */
  content(data: SiteData): Promise<object | null>;
}
