import type { Unit } from '../../../contract/cohorts.ts';
import type { PlannedTrial } from '../../../contract/plan-types.ts';

/** A task that is to be submitted, with the tasks that must succeed before. */
export interface ReadyTask {
  readonly unit: Unit;
  readonly after: readonly string[];
}

/**
 * Arrays of tasks that may be submitted together: of one role, since teachers ask for other
 * resources, and behind the same tasks. No array is longer than `size`.
 */
export function groupIntoArrays<Ready extends ReadyTask>(
  ready: readonly Ready[],
  size: number,
): readonly (readonly [Ready, ...Ready[]])[] {
  const groups = new Map<string, Ready[]>();
  for (const each of ready) {
    const { spec } = each.unit[0] as PlannedTrial;
    const key = [spec.role, ...each.after].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((group) => inParts(group, size));
}

/** Splits units that have more trials than one of their trials may be trained with. */
export function withinRoom(
  units: readonly Unit[],
  room: (trial: PlannedTrial) => number,
): readonly Unit[] {
  return units.flatMap((unit) => inParts(unit, Math.min(...unit.map(room))));
}

/** A list in parts of `size`, the last one shorter. */
export function inParts<T>(list: readonly T[], size: number): (readonly [T, ...T[]])[] {
  const length = Math.max(1, Math.min(size, list.length));
  return Array.from(
    { length: Math.ceil(list.length / length) },
    (_, index) =>
      list.slice(index * length, (index + 1) * length) as unknown as readonly [T, ...T[]],
  );
}
