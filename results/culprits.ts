import { InfrastructureError } from '../common/errors.ts';
import type { Store } from './store-types.ts';

/** A file that cannot be taken, and what it threw. */
export interface Culprit {
  readonly name: string;
  readonly cause: unknown;
}

/**
 * Does something with all files that allow it. Where the whole fails, it finds the files to blame
 * by trying halves, and does the rest without them. Failures of the machine (a full disk, a lock)
 * are no file's fault and are thrown on.
 *
 * @param work.attempt does it for these files
 * @param work.rehearse the same, leaving nothing behind; throws what the attempt would throw
 */
export async function withoutCulprits<T>(
  names: readonly string[],
  work: {
    attempt(kept: ReadonlySet<string>): Promise<T>;
    rehearse(kept: ReadonlySet<string>): Promise<unknown>;
  },
): Promise<{ readonly result: T; readonly culprits: readonly Culprit[] }> {
  const culprits: Culprit[] = [];
  for (;;) {
    const guilty = new Set(culprits.map(({ name }) => name));
    const kept = names.filter((name) => !guilty.has(name));
    try {
      return { result: await work.attempt(new Set(kept)), culprits };
    } catch (cause) {
      if (isMachines(cause)) throw cause;
      const found = await findCulprits(kept, cause, work.rehearse);
      // Files that only fail together have no culprit that could be named.
      if (found.length === 0) throw cause;
      culprits.push(...found);
    }
  }
}

async function findCulprits(
  names: readonly string[],
  cause: unknown,
  rehearse: (kept: ReadonlySet<string>) => Promise<unknown>,
): Promise<readonly Culprit[]> {
  if (names.length === 1) return [{ name: names[0] as string, cause }];
  const middle = Math.ceil(names.length / 2);
  const found: Culprit[] = [];
  for (const half of [names.slice(0, middle), names.slice(middle)]) {
    if (half.length === 0) continue;
    try {
      await rehearse(new Set(half));
    } catch (error) {
      if (isMachines(error)) throw error;
      found.push(...(await findCulprits(half, error, rehearse)));
    }
  }
  return found;
}

const isMachines = (cause: unknown) => cause instanceof InfrastructureError;

/** The same store; it keeps no transaction. */
export function rehearsalStore(store: Store): Store {
  return {
    ...store,
    async transaction(work) {
      await store.run('BEGIN TRANSACTION');
      try {
        return await work();
      } finally {
        await store.run('ROLLBACK');
      }
    },
  };
}
