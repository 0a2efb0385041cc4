import { UsageError } from '../../../common/errors.ts';
import { refuseNetworks } from '../parts.ts';
import { type Level, levelsOf } from './levels.ts';
import type { DenseSetting } from './types.ts';

/**
 * Both networks must be segmenters with one map of logits of the same classes. Maps of detectors'
 * logits stand for anchors; CWD alone compares them (`logitLevels`).
 *
 * @throws UsageError `METHOD_NETWORKS`, `METHOD_TEACHER` where the classes differ
 */
export function checkLogits(method: string, setting: DenseSetting): void {
  const { student, teacher } = setting;
  const other = [student, teacher].find(
    ({ family, logits }) => family !== 'segmenter' || logits.length !== 1,
  );
  if (other !== undefined) {
    refuseNetworks(method, `it compares maps of class logits, and ${other.name} is no segmenter`);
  }
  const [own, official] = [student.logits[0], teacher.logits[0]];
  if (own !== official) throw otherClasses(method, setting, 'classes', [own, official]);
}

/**
 * The levels of two one-stage detectors' class logits: channel by channel, so that both must have
 * the same classes and anchors.
 *
 * @throws UsageError `METHOD_NETWORKS`, `METHOD_TEACHER` where the channels differ
 */
export function logitLevels(method: string, setting: DenseSetting, count: number): Level[] {
  const { student, teacher } = setting;
  const without = [student, teacher].find(({ logits }) => logits.length === 0);
  if (without !== undefined) {
    refuseNetworks(method, `it compares maps of class logits, and ${without.name} has none`);
  }
  return levelsOf(method, setting, count).map((level) => {
    const [own, official] = [student.logits[level.index], teacher.logits[level.index]];
    if (own !== official)
      throw otherClasses(method, setting, 'channels of logits', [own, official]);
    return { ...level, inputs: own as number, outputs: official as number };
  });
}

function otherClasses(
  method: string,
  { student, teacher }: DenseSetting,
  what: string,
  [own, official]: readonly [number | undefined, number | undefined],
): UsageError {
  return new UsageError(
    'METHOD_TEACHER',
    `${method} compares logits class by class, but the teacher ${teacher.name} has ${official} ${what} and the student ${student.name} ${own}.`,
    { hint: 'Take a teacher that was trained on the same data set.' },
  );
}
