import { InfrastructureError, RedistillError } from '../common/errors.ts';
import { completeEffects, type Effects } from './effects.ts';

export interface SetupOptions {
  /** Which libtensorflow; default: `$TF`, then the one that is there, then `cpu`. */
  readonly tensorflow?: 'cpu' | 'cuda' | undefined;
}

/**
 * Brings TensorFlow into the cache and builds its binding for this installation; what is there
 * already is not brought again. Needs Python 3 with pip, and a C++ compiler where the binding was
 * not compiled before.
 *
 * @throws InfrastructureError `SETUP_FAILED` with what to do
 */
export async function setup(
  options: SetupOptions = {},
  effects: Partial<Effects> = {},
): Promise<void> {
  const { notice, signal } = completeEffects(effects);
  const [{ setUp }, { SetupFailure }] = await Promise.all([
    import('../tools/setup/main.mjs'),
    import('../tools/setup/failure.mjs'),
  ]);
  try {
    await setUp(options.tensorflow, { say: notice, signal });
  } catch (cause) {
    if (signal.aborted) throw new RedistillError('CANCELLED', 'Stopped before the end.', { cause });
    if (!(cause instanceof SetupFailure)) throw cause;
    if (cause.details !== undefined) notice(cause.details.trimEnd());
    throw new InfrastructureError('SETUP_FAILED', cause.message, { cause });
  }
}
