import type { Json } from '../common/canonical.ts';
import { jsonDifferences } from '../common/json-differences.ts';
import type { Plan } from '../contract/plan-types.ts';
import type { TrialId, TrialSpec } from '../contract/spec.ts';

/** Cells whose measurements no longer count, because they would train something else now. */
export interface StaleCells {
  /**
   * What changed, in words: `recipe.optimizer.lr 0.05 -> 0.1`, `teacher: recipe.epochs 240 -> 200`.
   */
  readonly changes: readonly string[];
  /** Their ids, in the order of the plan. */
  readonly cells: readonly string[];
}

/**
 * The cells that a new plan makes stale, by the changes in their trials. A seed that only one plan
 * has makes nothing stale: it adds a measurement or leaves one out.
 */
export function staleCells(before: Plan, now: Plan): readonly StaleCells[] {
  const old = new Map(before.cells.map((cell) => [cell.id, specsBySeed(before, cell.trials)]));
  const specs = new Map([...before.trials, ...now.trials].map(({ id, spec }) => [id, spec]));
  const groups = new Map<string, { changes: readonly string[]; cells: string[] }>();
  for (const cell of now.cells) {
    const changes = new Set<string>();
    for (const [seed, spec] of specsBySeed(now, cell.trials)) {
      const earlier = old.get(cell.id)?.get(seed);
      if (earlier === undefined) continue;
      for (const change of changesBetween(earlier, spec, specs)) changes.add(change);
    }
    if (changes.size === 0) continue;
    const key = [...changes].join('\n');
    const group = groups.get(key) ?? { changes: [...changes], cells: [] };
    group.cells.push(cell.id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function specsBySeed(plan: Plan, trials: readonly TrialId[]): ReadonlyMap<number, TrialSpec> {
  const own = new Set(trials);
  return new Map(
    plan.trials.filter(({ id }) => own.has(id)).map(({ spec }) => [spec.seed, spec] as const),
  );
}

function changesBetween(
  before: TrialSpec,
  now: TrialSpec,
  specs: ReadonlyMap<TrialId, TrialSpec>,
): string[] {
  const changes = differences(withoutTeacher(before), withoutTeacher(now));
  const [was, is] = [teacherOf(before, specs), teacherOf(now, specs)];
  return [...changes, ...differences(was, is).map((change) => `teacher: ${change}`)];
}

const withoutTeacher = ({ teacher: _, ...spec }: TrialSpec): Json => spec as unknown as Json;

/** A teacher's own specification says more than the hash that stands for it. */
function teacherOf({ teacher }: TrialSpec, specs: ReadonlyMap<TrialId, TrialSpec>): Json {
  const spec = teacher?.kind === 'trial' ? specs.get(teacher.trial) : undefined;
  return (spec ?? teacher) as unknown as Json;
}

/** Every field that differs, `path before -> now`. */
function differences(before: Json, now: Json): string[] {
  return jsonDifferences(before, now).map(
    ({ path, before: was, now: is }) => `${path} ${was} -> ${is}`,
  );
}
