import { type Place, RedistillError, UsageError } from './errors.ts';

/** Most mistakes that one error lists. */
const told = 50;

/**
 * The mistakes of one file, collected: whoever wrote it mends them all at once, and not one per
 * attempt.
 */
export class Problems {
  private readonly found = new Map<string, RedistillError>();
  private readonly concerns: (place: Place | undefined) => boolean;

  /**
   * @param concerns whether a mistake at this place is one of its own; one that only follows from
   *   another mistake is not told
   */
  constructor(concerns: (place: Place | undefined) => boolean = () => true) {
    this.concerns = concerns;
  }

  get any(): boolean {
    return this.found.size > 0;
  }

  /** Keeps a mistake, once, with all that it consists of. */
  add(error: RedistillError): void {
    for (const one of error.problems.length > 0 ? error.problems : [error]) {
      if (this.concerns(one.place)) this.found.set(one.message, one);
    }
  }

  /** Keeps a mistake from which others may follow. */
  addCause(error: RedistillError): void {
    this.found.set(error.message, error);
  }

  /** What `run` gives; undefined where it throws an error of ours, which is kept. */
  attempt<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof RedistillError)) throw error;
      this.add(error);
      return undefined;
    }
  }

  /**
   * Throws what was found: a single mistake as it is, several as one error that has them all.
   *
   * @param code of several mistakes that have different codes
   * @throws UsageError
   */
  throwAll(code: string): void {
    if (this.any) throw this.asError(code);
  }

  /** What `throwAll` throws; of nothing found there is no error to make. */
  asError(code: string): RedistillError {
    return several([...this.found.values()].sort(byPlace), code);
  }
}

/** Mistakes as one error, whose message has a line for each; one mistake is that error itself. */
export function several(all: readonly RedistillError[], code: string): RedistillError {
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  const shown = all.slice(0, told);
  const codes = new Set(all.map((one) => one.code));
  const more = all.length > told ? [`and ${all.length - told} more mistakes.`] : [];
  return new UsageError(
    codes.size === 1 ? (all[0] as RedistillError).code : code,
    [...shown.map(({ message }) => message), ...more].join('\n'),
    { problems: shown },
  );
}

/** In the order of the file's lines; those without a place first. */
function byPlace(one: RedistillError, other: RedistillError): number {
  return (one.place?.line ?? 0) - (other.place?.line ?? 0);
}
