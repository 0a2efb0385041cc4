import type { Scalar, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../engine/ops/index.ts';
import { ModuleScope } from '../networks/modules.ts';
import { defineMethod } from './define.ts';
import { meanSquare } from './feature-ops.ts';
import { klTermIdle, onFeatures } from './on-features.ts';
import * as option from './option.ts';
import { partsContext, torchDefaults } from './parts.ts';

const script = 'zhengli97/CTKD@7d52522 scripts/run_cifar_distill.sh (srrl: -r 0.1 -a 0.9 -b 1)';

/**
 * Softmax regression representation learning, as CTKD's repository has it: the student's pooled
 * feature, through a 1x1 convolution, batch norm and ReLU, is pulled towards the teacher's, and
 * what the teacher's classifier makes of it towards the teacher's logits; means of squares. The
 * script, from which CTKD's numbers are, puts KD beside it.
 */
export const srrl = defineMethod({
  kind: 'network',
  id: 'srrl',
  title: 'Softmax regression representation learning',
  reference: {
    paper:
      'Yang et al.: Knowledge Distillation via Softmax Regression Representation Learning, ICLR 2021, arXiv 2104.03635 (CTKD tables)',
    equations:
      'Section 3: L_FM on the penultimate feature and L_SR through the classifier of the teacher',
    official: 'zhengli97/CTKD@7d52522 models/util.py (SRRL), helper/loops.py',
  },
  options: {
    ceWeight: option.weight(0.1, 'Weight of the cross-entropy', script),
    featWeight: option.weight(1, 'Weight of both distances', script),
    ...option.klTerm(0.9),
  },
  idle: klTermIdle,
  refuses: onFeatures('srrl', true),
  build: ({ featWeight }, { student, teacher }) => {
    const scope = new ModuleScope();
    const transfer = scope
      .child('srrl.transfer')
      .convNorm(0, 1, { inputs: student.pooled, outputs: teacher.pooled, kernel: 1 });
    return {
      params: torchDefaults(scope.params),
      terms: (step) => {
        const [batch, width] = step.student.pooled.shape;
        const pooled = tf.reshape(step.student.pooled, [batch, 1, 1, width]) as Tensor4D;
        const mapped = relu(transfer(partsContext(step), pooled));
        const feature = tf.reshape(mapped, [batch, teacher.pooled]) as Tensor2D;
        const loss = tf.add<Scalar>(
          meanSquare(feature, step.teacher.pooled),
          meanSquare(step.teacher.classify(feature), step.teacher.logits),
        );
        return { srrl: tf.mul(loss, featWeight) };
      },
    };
  },
});
