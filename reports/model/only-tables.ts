import type { Published } from '../../reference/published/loader.ts';

/** Of a published record: only the tables with these ids. A database may hold others than we do. */
export function onlyTables(published: Published, ids: ReadonlySet<string>): Published {
  return {
    ...published,
    tables: new Map([...published.tables].filter(([id]) => ids.has(id))),
    cells: published.cells.filter(({ table }) => ids.has(table)),
  };
}
