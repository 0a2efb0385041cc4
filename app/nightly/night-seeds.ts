const dayMs = 86_400_000;

/** Rotating seeds begin here, far from those that people write into suites. */
const firstRotating = 1_000_000;

/**
 * The rotating seeds of a day: no two days share one, and a night that is repeated has the same.
 *
 * @param time ISO 8601 UTC
 */
export function rotatingSeeds(time: string, count: number): readonly number[] {
  const day = Math.floor(Date.parse(time) / dayMs);
  return Array.from({ length: count }, (_, index) => firstRotating + day * maximumRotating + index);
}

/** Seeds that a night may rotate through: the distance between two days. */
export const maximumRotating = 50;
