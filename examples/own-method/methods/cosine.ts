import { defineMethod, option, tf, unless, warmup } from 'redistill/kinds';
import { cosines } from './cosines.ts';

const source = 'this repository: chosen on the embedded pictures, without a search';

/**
 * A method of one's own: the student's logits are turned towards the teacher's, whatever their
 * lengths. As it compares logits row by row, the plug-ins of Redistill act on it:
 * `cosine-kd+lskd`.
 */
export default defineMethod({
  kind: 'logits',
  id: 'cosine-kd',
  title: 'Cosine distance of the logits',
  reference: {
    paper: 'unpublished',
    equations: '1 - cos(z_s / T, z_t / T), which no temperature changes',
    official: 'methods/cosine.ts of this repository',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', source),
    kdWeight: option.weight(2, 'Weight of the cosine distance', source),
    warmupEpochs: option.warmupEpochs(2, source),
  },
  idle: { warmupEpochs: unless('kdWeight') },
  scalars: warmup,
  rowLoss: ({ student, teacher }) => tf.sub(1, cosines(student, teacher)),
});
