import { UsageError } from '../common/errors.ts';
import { nearest } from '../common/nearest.ts';
import type { Scale } from '../contract/spec.ts';
import { environments, plans } from '../results/queries.ts';
import { openStore } from '../results/store.ts';
import type { Store } from '../results/store-types.ts';
import { checkHistory } from './history/check.ts';
import { findings } from './history/findings.ts';
import { readPlanData } from './model/plan-data.ts';
import { type TableModel, tableModel } from './model/table-model.ts';
import { type Digest, digestFormats } from './writers/digest.ts';
import { reportDigest, textWriters } from './writers/index.ts';
import type { Baseline } from './writers/text-report-data.ts';

/**
 * The report as one text.
 *
 * @param database path of `results.duckdb`, opened for reading only.
 * @param options.format a name of `textWriters`.
 * @param options.suite only this suite, at `options.scale` or at every scale that was planned.
 * @throws RedistillError `STORE_MISSING`; InfrastructureError `STORE_LOCKED`; UsageError
 *   `REPORT_SUITE` where the database does not hold the suite.
 */
export async function renderText(database: string, options: TextOptions): Promise<string> {
  return (await renderTextAndDigest(database, options)).text;
}

export interface TextOptions {
  readonly format: string;
  readonly suite?: string | undefined;
  readonly scale?: Scale | undefined;
  readonly baseline?: Baseline | null | undefined;
}

async function historyOf(store: Store, { suite, scale }: TextOptions) {
  const named = suite === undefined || scale === undefined ? suite : `${suite}@${scale}`;
  return findings(await checkHistory(store, { suite: named }));
}

/** A sentence with the suite that was probably meant; empty where none is near. */
function meant(suite: string, plans: readonly { readonly suite: string }[]): string {
  const near = nearest(suite, [...new Set(plans.map((plan) => plan.suite))]);
  return near === undefined || near === suite ? '' : ` Did you mean "${near}"?`;
}

/** The same, with what can fail of it: a caller may make an exit code of that. */
export async function renderTextAndDigest(
  database: string,
  options: TextOptions,
): Promise<{ readonly text: string; readonly digest: Digest }> {
  const { format, suite, scale, baseline = null } = options;
  const store = await openStore(database, 'read');
  try {
    const all = await plans(store);
    const chosen = all.filter(
      (plan) =>
        (suite === undefined || plan.suite === suite) &&
        (scale === undefined || plan.scale === scale),
    );
    if (chosen.length === 0 && suite !== undefined) {
      throw new UsageError(
        'REPORT_SUITE',
        `The database ${database} holds no suite "${suite}"${scale === undefined ? '' : ` at scale ${scale}`}.${meant(suite, all)}`,
        {
          hint: `It holds: ${all.map((plan) => `${plan.suite}@${plan.scale}`).join(', ') || 'none'}.`,
        },
      );
    }
    const tables: TableModel[] = [];
    for (const plan of chosen) tables.push(tableModel(await readPlanData(store, plan)));
    const write = textWriters[format];
    if (write === undefined) throw new Error(`no writer is called ${format}`);
    const report = {
      tables,
      environments: await environments(store),
      baseline,
      // Judging a history costs time: only for formats that say what was found.
      history: digestFormats.includes(format) ? await historyOf(store, options) : [],
    };
    return { text: write(report), digest: reportDigest(report) };
  } finally {
    store.close();
  }
}
