import type { Published } from '../../reference/published/loader.ts';
import type { BenchRunRow } from '../../results/benches.ts';
import type { ParityRunRow } from '../../results/parity.ts';
import type { EnvironmentRow } from '../../results/queries.ts';
import type { Store } from '../../results/store-types.ts';
import type { Coverage } from '../../suites/coverage.ts';
import type { Check } from '../history/check.ts';
import type { ClaimModel } from '../model/claim-evidence.ts';
import type { TableModel } from '../model/table-model.ts';
import type { Template } from '../render.ts';

/** A table of the site with the addresses of its pages, relative to the site's folder. */
export interface SiteTable {
  readonly table: TableModel;
  readonly href: string;
  /** The page of each cell, by the cell's id. */
  readonly cellHrefs: ReadonlyMap<string, string>;
}

/** What a page of the site may draw from. Pages ask the store for what is not here. */
export interface SiteData {
  readonly store: Store;
  /** Every suite at every scale that was planned: by suite, then paper, proxy, smoke. */
  readonly tables: readonly SiteTable[];
  /** The page of every cell of these tables and the unit of its metric, by `cellKey`. */
  readonly cells: ReadonlyMap<string, { readonly href: string; readonly unit: string }>;
  readonly environments: readonly EnvironmentRow[];
  readonly claims: readonly ClaimModel[];
  /** The published tables that the database holds; null where it holds none of ours. */
  readonly record: Published | null;
  /** The newest `verify` of each way of running. */
  readonly parity: readonly ParityRunRow[];
  /** The newest `bench` of each suite. */
  readonly benches: readonly BenchRunRow[];
  readonly check: Check;
  /** How far every published number has come; null where nobody planned the suites for it. */
  readonly coverage: Coverage | null;
}

/** What names a cell over all tables. */
export function cellKey(of: {
  readonly suite: string;
  readonly scale: string;
  readonly cell: string;
}): string {
  return `${of.suite}@${of.scale}/${of.cell}`;
}

/** A page at the top of the site. Each has a file in this folder and a line in `kinds.ts`. */
export interface SitePage {
  /** File name in the site's folder. */
  readonly path: string;
  readonly title: string;
  /** What the navigation calls it. */
  readonly navigation: string;
  readonly template: Template;
  /** What the template shows; null where there is nothing to show, which leaves the page out. */
  content(data: SiteData): Promise<object | null>;
  /** Pages that it is cut into and links to; made where it has a content. */
  below?(data: SiteData): Promise<readonly PageBelow[]>;
}

/** A page that is reached from a page at the top, beside which it lies. */
export interface PageBelow {
  readonly path: string;
  readonly title: string;
  /** What the breadcrumb calls it. */
  readonly name: string;
  readonly template: Template;
  readonly content: object;
}
