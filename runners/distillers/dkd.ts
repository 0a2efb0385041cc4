import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { defineMethod } from './define.ts';
import { divergence, targetMask, timesSquare } from './divergence.ts';
import { firstOf, unless, unlessAny } from './idle.ts';
import { underflowing } from './log-softmax.ts';
import * as option from './option.ts';
import { defineRowOp } from './row-op.ts';
import { warmup } from './scalars.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (DKD)';

const withoutParts = firstOf(unless('kdWeight'), unlessAny('alpha', 'beta'));

/**
 * Decoupled knowledge distillation: T^2 (alpha TCKD + beta NCKD) per row, TCKD the divergence of
 * the two-class distributions {target, rest}, NCKD the divergence among the classes that are not
 * the target.
 *
 * The official code masks the target of NCKD by subtracting 1000 from z/T; so does this, and as
 * there the target leaks in where |z/T| nears 1000. It takes TCKD from log(softmax), which is NaN
 * or infinite once a probability underflows: `form: official` does the same, `form: stable`
 * (default) takes it from log-sum-exp and is equal elsewhere.
 */
export const dkd = defineMethod({
  kind: 'logits',
  id: 'dkd',
  title: 'Decoupled knowledge distillation',
  reference: {
    paper: 'Zhao et al.: Decoupled Knowledge Distillation, CVPR 2022, arXiv 2203.08679',
    equations: 'Equations 1 to 7; Algorithm 1; warm-up of section 4',
    official:
      'sunshangquan/logit-standardization-KD@f6e5aa5 mdistiller/distillers/DKD.py (dkd_loss; identical in megvii-research/mdistiller@a08d46f)',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', cfg),
    kdWeight: option.weight(
      1,
      'Multiplies alpha and beta',
      'sunshangquan/logit-standardization-KD@f6e5aa5 tools/train.py (--kd-weight); 1 without standardization',
    ),
    alpha: option.weight(1, 'Weight of the target class part (TCKD)', cfg),
    beta: option.weight(
      8,
      'Weight of the non-target classes part (NCKD); 2, 6 or 8 by pair in configs/cifar100/dkd',
      cfg,
    ),
    temperature: option.temperature(4, cfg),
    warmupEpochs: option.warmupEpochs(20, cfg),
    form: option.choice({
      default: 'stable',
      choices: ['stable', 'official'],
      about:
        'How TCKD is computed: finite at extreme logits, or log(softmax) as the official code has it',
      source:
        'Redistill, docs/decisions/008: the stable form is equal wherever the official one is finite',
    }),
  },
  idle: {
    kdWeight: unlessAny('alpha', 'beta'),
    alpha: unless('kdWeight'),
    beta: unless('kdWeight'),
    temperature: withoutParts,
    warmupEpochs: withoutParts,
    form: unless('kdWeight', 'alpha'),
  },
  defaultsWith: (plugins) => ({
    // LSKD multiplies alpha and beta by --kd-weight and sets T to --base-temp (9 and 2 by default).
    ...(plugins.includes('lskd') ? { kdWeight: 9, temperature: 2 } : {}),
    // CTKD scripts/run_cifar_distill.sh: -r 1 -a 0 -b 1 --dkd_alpha 1 --dkd_beta 2, and
    // helper/loops.py has no warm-up.
    ...(plugins.includes('ctkd') ? { beta: 2, warmupEpochs: 0 } : {}),
  }),
  scalars: warmup,
  rowLoss: ({ student, teacher, target, temperature }, { form, alpha, beta }) => {
    const mask = targetMask(target, student.shape[1]);
    const a = tf.div<Tensor2D>(student, temperature);
    const b = tf.div<Tensor2D>(teacher, temperature);
    const targetPart =
      form === 'official'
        ? targetDivergenceOfLogSoftmax(a, b, mask)
        : divergence(targetAndRest(a, mask), targetAndRest(b, mask));
    const far = tf.mul(mask, 1000);
    const restPart = divergence(tf.sub(a, far), tf.sub(b, far));
    const sum = tf.add<Tensor1D>(tf.mul(targetPart, alpha), tf.mul(restPart, beta));
    return timesSquare(sum, temperature);
  },
});

/**
 * Logits of the two-class problem {target, any other class}: [R, C] -> [R, 2]. Their softmax is
 * (p_target, 1 - p_target).
 */
function targetAndRest(logits: Tensor2D, mask: Tensor2D): Tensor2D {
  return targetAndRestOp({ logits, mask }, {}) as Tensor2D;
}

const targetAndRestOp = defineRowOp<'logits' | 'mask', object>('TargetAndRest', {
  saves: ['mask'],
  results: 2,
  forward: ({ logits, mask }) => {
    const others = tf.add(logits, tf.mul(mask, -1e30));
    const top = tf.max(others, 1, true);
    const powers = tf.exp(tf.sub(others, top));
    const total = tf.sum(powers, 1, true);
    const rest = tf.add(top, tf.log(total));
    const own = tf.sum(tf.mul(logits, mask), 1, true);
    return [tf.concat([own, rest], 1), tf.div(powers, total)];
  },
  gradient: (dy, saved) => {
    const [mask, , shares] = saved as [Tensor, Tensor, Tensor];
    const [own, rest] = tf.split(dy, 2, 1) as [Tensor, Tensor];
    return {
      logits: () => tf.add(tf.mul(own, mask), tf.mul(rest, shares)),
      mask: () => tf.zerosLike(mask),
    };
  },
});

/**
 * TCKD with the underflow of the official code, log(softmax): a probability below float32's least
 * number has the logarithm -infinity, and times a teacher's 0 that is NaN. TensorFlow flushes
 * numbers below 1.2e-38 to 0 where PyTorch still has 1.4e-45, so the logarithm is taken stably and
 * cut off where PyTorch's would be.
 */
function targetDivergenceOfLogSoftmax(a: Tensor2D, b: Tensor2D, mask: Tensor2D): Tensor1D {
  const student = underflowing(tf.logSoftmax(targetAndRest(a, mask)));
  const teacher = tf.logSoftmax(targetAndRest(b, mask));
  const shares = tf.exp(teacher);
  return tf.sum(tf.sub(tf.mul(shares, teacher), tf.mul(shares, student)), 1);
}
