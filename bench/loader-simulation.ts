/** A loader whose threads make whole batches in turn, and the step that takes them. */
export interface SimulatedLoader {
  /** Milliseconds that each picture takes, one after the other. */
  readonly pictures: readonly number[];
  readonly batchSize: number;
  readonly threads: number;
  /** Batches that each thread makes ahead. */
  readonly prefetch: number;
  /** Milliseconds of a step. */
  readonly step: number;
  readonly steps: number;
}

export interface SimulatedRun {
  /** Milliseconds until the first batch was there. */
  readonly first: number;
  /** Steps after the first one that waited for their batch, and milliseconds that they waited. */
  readonly waits: number;
  readonly waited: number;
}

/**
 * Plays a training against its loader by the clock alone. Every thread has a core of its own, and
 * no core is slower because others work: that is what a measurement on many cores would add.
 */
export function simulateLoader(options: SimulatedLoader): SimulatedRun {
  const { pictures, batchSize, threads, prefetch, step, steps } = options;
  const durations = Array.from({ length: steps }, (_, batch) => {
    let sum = 0;
    for (let slot = 0; slot < batchSize; slot += 1) {
      sum += pictures[(batch * batchSize + slot) % pictures.length] as number;
    }
    return sum;
  });
  const ready: number[] = [];
  const taken: number[] = [];
  let [first, waits, waited, free] = [0, 0, 0, 0];
  for (let batch = 0; batch < steps; batch += 1) {
    // Its thread has made the batch before, and is allowed another.
    const before = ready[batch - threads] ?? 0;
    const allowed = taken[batch - threads * prefetch] ?? 0;
    ready[batch] = Math.max(before, allowed) + (durations[batch] as number);
    taken[batch] = Math.max(free, ready[batch] as number);
    const wait = (taken[batch] as number) - free;
    if (batch === 0) first = wait;
    else if (wait > 0) {
      waits += 1;
      waited += wait;
    }
    free = (taken[batch] as number) + step;
  }
  return { first, waits, waited };
}
