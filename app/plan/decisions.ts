import { loadClaims } from '../../reference/claims/loader.ts';
import { loadPublished } from '../../reference/published/loader.ts';
import { claimModels } from '../../reports/model/claim-evidence.ts';
import { type Decisions, decide } from '../../reports/model/decide.ts';
import { readPlanData } from '../../reports/model/plan-data.ts';
import { type TableModel, tableModel } from '../../reports/model/table-model.ts';
import { plans, stepTimes } from '../../results/queries.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import type { Measurements } from '../../suites/price.ts';

/**
 * What the database of a workspace leaves open, priced.
 *
 * @throws RedistillError `STORE_MISSING`; InfrastructureError `STORE_LOCKED`.
 */
export async function readDecisions(workspace: string, measured: Measurements): Promise<Decisions> {
  const published = loadPublished();
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    const tables: TableModel[] = [];
    for (const plan of await plans(store)) {
      tables.push(tableModel(await readPlanData(store, plan)));
    }
    const claims = claimModels(loadClaims(published), published, tables, await stepTimes(store));
    return decide(tables, claims, measured);
  } finally {
    store.close();
  }
}
