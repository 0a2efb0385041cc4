import {
  createDenseLoader,
  type DenseLoader,
  type DenseLoaderOptions,
} from '../../data/dense/loader.ts';
import { loaderThreads } from '../../data/loader-threads.ts';

/** The readers of a task's pictures, with threads of their own. */
export interface DenseLoaders {
  readonly train: DenseLoader;
  readonly test: DenseLoader;
  /** Ends the threads. */
  close(): Promise<void>;
}

/**
 * Starts both readers, each with the threads of a training (`loaderThreads`), or none where one
 * cannot be started.
 *
 * @throws as `createDenseLoader`
 */
export function denseLoaders(train: DenseLoaderOptions, test: DenseLoaderOptions): DenseLoaders {
  const threads = loaderThreads();
  const first = createDenseLoader({ threads, ...train });
  try {
    const second = createDenseLoader({ threads, ...test });
    return {
      train: first,
      test: second,
      close: async () => {
        await Promise.all([first.close(), second.close()]);
      },
    };
  } catch (error) {
    void first.close();
    throw error;
  }
}
