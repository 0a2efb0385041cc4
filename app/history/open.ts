import type { HistoryRow } from '../../results/history-queries.ts';
import type { Store } from '../../results/store-types.ts';

/**
 * Gives `work` the database of a workspace to read, and closes it whatever comes of that.
 *
 * @throws RedistillError `STORE_MISSING`; InfrastructureError `STORE_LOCKED`.
 */
export async function inStore<Result>(
  workspace: string,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const [{ openStore }, { databaseFile }] = await Promise.all([
    import('../../results/store.ts'),
    import('../../results/workspace.ts'),
  ]);
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** The history of all suites, or of `SUITE` or `SUITE@SCALE`. */
export async function historyOf(
  store: Store,
  suite: string | undefined,
): Promise<readonly HistoryRow[]> {
  const { history } = await import('../../results/history-queries.ts');
  return (await history(store)).filter(
    (row) => suite === undefined || suite === row.suite || suite === `${row.suite}@${row.scale}`,
  );
}
