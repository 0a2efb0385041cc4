import { UsageError } from '../../../common/errors.ts';
import { refuseNetworks } from '../parts.ts';
import type { DenseSetting } from './types.ts';

/**
 * Both networks must be segmenters with one map of logits of the same classes. Maps of detectors'
 * logits stand for anchors, and no method here was published for them.
 *
 * @throws UsageError `METHOD_NETWORKS`, `METHOD_TEACHER` where the classes differ
 */
export function checkLogits(method: string, { student, teacher }: DenseSetting): void {
  const other = [student, teacher].find(
    ({ family, logits }) => family !== 'segmenter' || logits.length !== 1,
  );
  if (other !== undefined) {
    refuseNetworks(method, `it compares maps of class logits, and ${other.name} is no segmenter`);
  }
  const [own, official] = [student.logits[0], teacher.logits[0]];
  if (own !== official) {
    throw new UsageError(
      'METHOD_TEACHER',
      `${method} compares logits class by class, but the teacher ${teacher.name} has ${official} classes and the student ${student.name} ${own}.`,
      { hint: 'Take a teacher that was trained on the same data set.' },
    );
  }
}
