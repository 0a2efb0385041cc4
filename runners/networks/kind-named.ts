import { UsageError } from '../../common/errors.ts';
import type { KindTable } from '../../common/kind-table.ts';
import { suggestion } from '../../common/nearest.ts';

/**
 * The network, detector or segmenter called `name`, for so many classes. It must be loaded.
 *
 * @param sort what one of the table is, in a word, for messages: `detector`
 * @throws UsageError `MODEL_UNKNOWN` with the nearest known name, `MODEL_CLASSES`
 */
export function kindNamed<Kind>(
  table: KindTable<Kind>,
  sort: string,
  name: string,
  classes: number,
): Kind {
  const kind = table.find(name);
  if (kind === undefined) {
    throw new UsageError(
      'MODEL_UNKNOWN',
      `There is no ${sort} called "${name}". ${suggestion(name, table.ids)}`,
    );
  }
  if (!Number.isInteger(classes) || classes < 1) {
    throw new UsageError(
      'MODEL_CLASSES',
      `The ${sort} "${name}" needs a whole number of classes of at least 1, not ${classes}.`,
    );
  }
  return kind;
}
