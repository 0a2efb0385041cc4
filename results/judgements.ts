import { InfrastructureError } from '../common/errors.ts';
import type { Scale } from '../contract/spec.ts';
import { appendTo, type RowOf } from './appender.ts';
import type { InputFinding } from './journal-reader.ts';
import type { Store } from './store-types.ts';
import { tables } from './tables.ts';

/** A suite at a scale. */
export interface PlanKey {
  readonly suite: string;
  readonly scale: Scale;
}

/** What the statistics say of one suite at one scale. */
export interface Judgement {
  readonly cells: readonly RowOf<typeof tables.judged_cells>[];
  readonly pairs: readonly RowOf<typeof tables.judged_pairs>[];
}

/** Works out verdicts from what a store holds. The statistics lie above this folder. */
export interface Judge {
  /** Hash of the code that judges. What other rules judged is judged again. */
  readonly rules: string;
  judge(store: Store, key: PlanKey): Promise<Judgement>;
}

const judged = ['judgements', 'judged_cells', 'judged_pairs'] as const;

/**
 * Replaces the stored verdicts of these plans. Without a judge they are removed, since they may not
 * fit what the store holds now.
 *
 * @param changed plans whose inputs changed; plans that were judged by other rules, or never, are
 *   found here
 * @returns plans that cannot be judged, which have no stored verdicts then
 */
export async function judgeAgain(
  store: Store,
  judge: Judge | undefined,
  changed: readonly PlanKey[],
): Promise<readonly InputFinding[]> {
  const stale = judge === undefined ? [] : await judgedByOthers(store, judge.rules);
  const all = [...changed, ...stale].map((key) => [`${key.suite}@${key.scale}`, key] as const);
  const problems: InputFinding[] = [];
  for (const [name, key] of new Map(all)) {
    for (const table of judged) {
      await store.run(`DELETE FROM ${table} WHERE suite = $1 AND scale = $2`, [
        key.suite,
        key.scale,
      ]);
    }
    const judgement = judge === undefined ? null : await judgementOrProblem(store, judge, key);
    if (judgement === null) continue;
    if (judgement instanceof Error) problems.push(problemOf(name, judgement));
    else await storeJudgement(store, (judge as Judge).rules, key, judgement);
  }
  return problems;
}

async function judgementOrProblem(
  store: Store,
  judge: Judge,
  key: PlanKey,
): Promise<Judgement | Error> {
  try {
    return await judge.judge(store, key);
  } catch (cause) {
    if (cause instanceof InfrastructureError || !(cause instanceof Error)) throw cause;
    return cause;
  }
}

function problemOf(name: string, cause: Error): InputFinding {
  const file = `runs/plans/${name}.json`;
  const [reason] = cause.message.split('\n', 1);
  return {
    code: 'PLAN_NOT_JUDGED',
    file,
    line: null,
    message: `${file}: its cells cannot be judged (${reason}).`,
  };
}

async function storeJudgement(
  store: Store,
  rules: string,
  { suite, scale }: PlanKey,
  { cells, pairs }: Judgement,
): Promise<void> {
  await append(store, 'judged_cells', cells);
  await append(store, 'judged_pairs', pairs);
  await append(store, 'judgements', [{ suite, scale, rules }]);
}

async function append<Name extends (typeof judged)[number]>(
  store: Store,
  name: Name,
  rows: readonly RowOf<(typeof tables)[Name]>[],
): Promise<void> {
  const appender = await appendTo(store, name, tables[name]);
  for (const row of rows) appender.add(row);
  appender.close();
}

/** Plans without stored verdicts, or with verdicts of other rules than these. */
export function judgedByOthers(store: Store, rules: string): Promise<PlanKey[]> {
  return store.rows(
    `SELECT p.suite, p.scale
       FROM plans p LEFT JOIN judgements j ON j.suite = p.suite AND j.scale = p.scale
      WHERE j.rules IS DISTINCT FROM $1 ORDER BY p.suite, p.scale`,
    [rules],
  );
}

/**
 * Plans whose numbers depend on some of these runs: as their own, or as official ones beside them.
 */
export function plansOfRuns(store: Store, runs: readonly string[]): Promise<PlanKey[]> {
  return store.rows(
    `WITH wanted AS (SELECT DISTINCT trial FROM runs
                      WHERE run IN (SELECT unnest(from_json($1, '["VARCHAR"]'))))
     SELECT suite, scale FROM planned_trials WHERE trial IN (FROM wanted)
      UNION
     SELECT suite, scale FROM official_cells WHERE trial IN (FROM wanted)
      ORDER BY suite, scale`,
    [JSON.stringify(runs)],
  );
}

/** Every plan of a store. */
export function allPlans(store: Store): Promise<PlanKey[]> {
  return store.rows('SELECT suite, scale FROM plans ORDER BY suite, scale');
}
