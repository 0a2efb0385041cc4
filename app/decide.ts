import type { Decisions } from '../reports/model/decide.ts';
import type { TableModel } from '../reports/model/table-model.ts';
import type { Measurements } from '../suites/price.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';
import { inStore } from './history/open.ts';
import { type OwnOptions, useOwnTables } from './own/use.ts';
import { measuredSteps } from './plan/measured-steps.ts';

export interface DecideOptions extends WorkspaceOption, Pick<OwnOptions, 'config'> {
  /** Milliseconds of steps on this machine; default: what the workspace's journals hold. */
  readonly measured?: Measurements | undefined;
}

/**
 * What the database of a workspace leaves open, with the seeds and hours on this machine that would
 * settle each cell and claim, cheapest first.
 *
 * @throws RedistillError `STORE_MISSING`; InfrastructureError `STORE_LOCKED`.
 */
export async function decide(
  options: DecideOptions = {},
  effects: Partial<Effects> = {},
): Promise<Decisions> {
  const [claims, { loadPublished }, evidence, decisions, planData, tableModels, queries] =
    await Promise.all([
      import('../reference/claims/loader.ts'),
      import('../reference/published/loader.ts'),
      import('../reports/model/claim-evidence.ts'),
      import('../reports/model/decide.ts'),
      import('../reports/model/plan-data.ts'),
      import('../reports/model/table-model.ts'),
      import('../results/queries.ts'),
    ]);
  const all = completeEffects(effects);
  const workspace = workspaceOf(options, all);
  await useOwnTables(options, all);
  const published = loadPublished();
  return inStore(workspace, async (store) => {
    const tables: TableModel[] = [];
    for (const plan of await queries.plans(store)) {
      tables.push(tableModels.tableModel(await planData.readPlanData(store, plan)));
    }
    const models = evidence.claimModels(
      claims.loadClaims(published),
      published,
      tables,
      await queries.stepTimes(store),
    );
    return decisions.decide(tables, models, options.measured ?? measuredSteps(workspace));
  });
}
