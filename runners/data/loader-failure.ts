import { InfrastructureError, RedistillError } from '../../common/errors.ts';

/*
 * What the reader of a loader is told when one of its threads fails.
 */

/** An error of a thread loses its class on the way, but not what it says. */
export function loaderFailure(what: string, cause?: unknown): RedistillError {
  const { code, message, hint } = (cause ?? {}) as {
    code?: string;
    message?: string;
    hint?: string;
  };
  if (typeof code === 'string' && code.startsWith('DATA_')) {
    return new RedistillError(code, message ?? '', { hint, cause });
  }
  return loaderError(message === undefined ? what : `${what} (${message})`, cause);
}

export function loaderError(what: string, cause?: unknown): InfrastructureError {
  return new InfrastructureError('LOADER', `The data loader's thread ${what}.`, { cause });
}
