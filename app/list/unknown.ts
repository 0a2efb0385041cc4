import { UsageError } from '../../common/errors.ts';
import { suggestion } from '../../common/nearest.ts';

/** The error for a name that a kind does not have. */
export function unknownName(kind: string, name: string, known: readonly string[]): UsageError {
  return new UsageError(
    'LIST_UNKNOWN',
    `There is no ${kind} called "${name}". ${suggestion(name, known)}`,
    { hint: `See redistill list ${kind}s.` },
  );
}
