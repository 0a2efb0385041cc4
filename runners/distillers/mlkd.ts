import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { taughtLogits } from '../networks/taught-logits.ts';
import { defineMethod } from './define.ts';
import { divergence } from './divergence.ts';
import { sumOf } from './feature-ops.ts';
import { unless } from './idle.ts';
import * as option from './option.ts';
import { standardize } from './plugins/lskd.ts';

const cfg = 'Jin-Ying/Multi-Level-Logit-Distillation@5ee473f mdistiller/engine/cfg.py (KD)';

/**
 * Multi-level logit distillation: KD at a pool of temperatures {T, 3, 5, 2, 6} on a weakly and a
 * strongly augmented view of every picture, with the relations between pictures (batch level) and
 * between classes (class level) at the same temperatures. It needs a recipe with a strong view.
 *
 * `form: official` (default) is the code behind the numbers of LSKD's tables, with its oddities:
 * losses are already means when they are multiplied by the masks (pictures and classes where the
 * teacher is less sure than the median), so that a mask only scales by the share that it keeps; the
 * strong view's terms at temperatures 2 and 6 use the weak view's logits; the strong
 * view's relations are computed and dropped. `form: paper` has every term on both views and no
 * masks. Label cross-entropy is the sum over both views.
 */
export const mlkd = defineMethod({
  kind: 'network',
  id: 'mlkd',
  pictures: 'compared',
  title: 'Multi-level logit distillation',
  strongView: true,
  readsLogits: true,
  reference: {
    paper:
      'Jin, Wang, Lin: Multi-Level Logit Distillation, CVPR 2023 (LSKD tables, arXiv 2403.01427)',
    equations: 'Section 3: instance, batch and class level alignment with prediction augmentation',
    official:
      'sunshangquan/logit-standardization-KD@f6e5aa5 mdistiller/distillers/MLKD.py (MLKD.forward_train)',
  },
  options: {
    ceWeight: option.weight(0.1, 'Weight of the cross-entropy of both views', cfg),
    kdWeight: option.weight(0.9, 'Weight of every distillation term', cfg),
    temperature: option.temperature(4, cfg),
    form: option.choice({
      default: 'official',
      choices: ['official', 'paper'],
      about: 'The terms of the official code, or all of them on both views without masks',
      source:
        'sunshangquan/logit-standardization-KD@f6e5aa5 mdistiller/distillers/MLKD.py (MLKD.forward_train)',
    }),
  },
  idle: { temperature: unless('kdWeight'), form: unless('kdWeight') },
  defaultsWith: (plugins) => (plugins.includes('lskd') ? { temperature: 2, kdWeight: 9 } : {}),
  refuses: (plugin) => {
    if (plugin === 'lskd') return null;
    return plugin === 'ctkd'
      ? 'mlkd has five temperatures, none of them to learn'
      : 'mlkd compares the logits of two views of the whole picture';
  },
  build: ({ ceWeight, kdWeight, temperature, form }, { plugins }) => {
    const official = form === 'official';
    const soften = plugins.includes('lskd') ? standardize : (logits: Tensor2D) => logits;
    const pool = [temperature, 3, 5, 2, 6];
    return {
      params: [],
      terms: (step) => {
        if (step.strong === undefined) throw new TypeError('A step of MLKD without a strong view.');
        const weak: View = { student: taughtLogits(step.student), teacher: step.teacher.logits };
        const strong: View = {
          student: taughtLogits(step.strong.student),
          teacher: step.strong.teacher.logits,
        };
        const shares = tf.softmax(weak.teacher);
        const pictures = official ? shareBelowMedian(tf.max(shares, 1)) : tf.scalar(1);
        const classes = official ? shareBelowMedian(tf.sum(shares, 0)) : tf.scalar(1);
        const overPool = (of: (temperature: number, index: number) => Scalar): Scalar =>
          sumOf(pool.map(of));
        const instance = (view: View) => (temperature: number) =>
          kdLoss(soften(view.student), soften(view.teacher), temperature);
        const relations = (view: View, within: 'pictures' | 'classes') => (temperature: number) =>
          relationLoss(view, temperature, within);
        const strongTerm = (temperature: number, index: number) =>
          instance(official && index >= 3 ? weak : strong)(temperature);
        const both = (within: 'pictures' | 'classes') => {
          const onWeak = overPool(relations(weak, within));
          return official ? onWeak : tf.add<Scalar>(onWeak, overPool(relations(strong, within)));
        };
        const scaled = (loss: Scalar): Scalar => tf.mul(loss, kdWeight);
        return {
          ce: tf.mul<Scalar>(
            tf.add(step.crossEntropy(weak.student), step.crossEntropy(strong.student)),
            ceWeight,
          ),
          kd: scaled(tf.add(tf.mul(overPool(instance(weak)), pictures), overPool(strongTerm))),
          cc: scaled(tf.mul(both('classes'), classes)),
          bc: scaled(tf.mul(both('pictures'), pictures)),
        };
      },
    };
  },
});

/** Logits of both networks on one view. */
interface View {
  readonly student: Tensor2D;
  readonly teacher: Tensor2D;
}

/** T^2 KL(teacher || student), mean over the batch. */
function kdLoss(student: Tensor2D, teacher: Tensor2D, temperature: number): Scalar {
  const rows = divergence(tf.div(student, temperature), tf.div(teacher, temperature));
  return tf.mul(tf.mean(rows), temperature ** 2);
}

/**
 * ||M_t - M_s||^2 / n with M the n inner products of the predictions of pictures, or of those for
 * classes.
 */
function relationLoss(view: View, temperature: number, within: 'pictures' | 'classes'): Scalar {
  const ofClasses = within === 'classes';
  const matrix = (logits: Tensor2D) => {
    const share = tf.softmax(tf.div<Tensor2D>(logits, temperature));
    return tf.matMul(share, share, ofClasses, !ofClasses);
  };
  const [batch, classes] = view.student.shape;
  const squares = tf.sum(tf.squaredDifference(matrix(view.teacher), matrix(view.student)));
  return tf.div(squares, ofClasses ? classes : batch);
}

/**
 * Share of the values that are at most the median (numpy's percentile 50, the mean of the two in
 * the middle).
 */
function shareBelowMedian(values: Tensor1D): Scalar {
  const [count] = values.shape;
  const sorted = tf.topk(values, count, true).values;
  const [low, high] = [Math.floor(count / 2), Math.floor((count - 1) / 2)].map((place) =>
    tf.slice(sorted, [place], [1]),
  ) as [Tensor1D, Tensor1D];
  const median = tf.add(low, tf.mul(tf.sub(high, low), 0.5));
  return tf.mean(tf.cast(tf.lessEqual(values, median), 'float32'));
}
