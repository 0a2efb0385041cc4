import type { Scalar, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ModuleScope } from '../networks/modules.ts';
import type { MapShape } from '../networks/shapes.ts';
import { stageFeatures, stagePlaces } from '../networks/stages.ts';
import { taughtLogits } from '../networks/taught-logits.ts';
import { defineMethod } from './define.ts';
import { targetMask } from './divergence.ts';
import { sumOf } from './feature-ops.ts';
import { unless, unlessAny } from './idle.ts';
import { underflowing } from './log-softmax.ts';
import { mapHead, tokenHead } from './ofa-heads.ts';
import * as option from './option.ts';
import { partsContext, refuseNetworks } from './parts.ts';
import { chosenStages, stagesOption } from './stage-choice.ts';

const args = 'Hao840/OFAKD@f7bb896 train.py';

/**
 * One-for-all distillation: an exit head on every stage turns its map or tokens into logits
 * (`ofa-heads.ts`), and all of them, the network's own included, are compared with the teacher's
 * logits by an adaptive target, -sum ((p_t + y)^eps - y) log p_s with y the one-hot label: eps
 * above 1 strengthens what the teacher is sure of.
 *
 * With label smoothing y stays one-hot; only the cross-entropy is smoothed. `form: official` takes
 * log(softmax), which is -infinity once a probability underflows; `stable` (default) is equal
 * elsewhere. `eps` is one number, or one per head and a last one for the network's own logits.
 */
export const ofa = defineMethod({
  kind: 'network',
  id: 'ofa',
  title: 'One-for-all distillation',
  readsLogits: true,
  reference: {
    paper:
      'Hao et al.: One-for-All: Bridge the Gap Between Heterogeneous Architectures in Knowledge Distillation, NeurIPS 2023, arXiv 2310.19444',
    equations: 'Equations 3 to 8 (exit branches, adaptive target enhancement)',
    official:
      'Hao840/OFAKD@f7bb896 distillers/ofa.py (OFA, ofa_loss), distillers/utils.py (SepConv)',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', `${args} (--gt-loss-weight)`),
    kdWeight: option.weight(1, "Weight of the network's own logits", `${args} (--kd-loss-weight)`),
    ofaWeight: option.weight(1, 'Weight of the exit heads', `${args} (--ofa-loss-weight)`),
    eps: option.numbers({
      default: [1],
      min: 0,
      about:
        "Exponent of the target: one, or one per exit head and one for the network's own logits",
      source: `${args} (--ofa-eps)`,
      same: oneForAll,
    }),
    stages: stagesOption(
      'Stages with an exit head, from 1; all of them in the official default of four',
      `${args} (--ofa-stage)`,
    ),
    temperature: option.temperature(1, `${args} (--ofa-temperature)`),
    form: option.choice({
      default: 'stable',
      choices: ['stable', 'official'],
      about: 'Logarithm of the probabilities: finite at extreme logits, or log(softmax)',
      source:
        'Redistill, docs/decisions/008: the stable form is equal wherever the official one is finite',
    }),
  },
  idle: {
    eps: unlessAny('kdWeight', 'ofaWeight'),
    stages: unless('ofaWeight'),
    temperature: unlessAny('kdWeight', 'ofaWeight'),
    form: unlessAny('kdWeight', 'ofaWeight'),
  },
  refuses: () => 'ofa gives the teacher a target of its own and no softened logits',
  build: (values, { student, teacher, classes }) => {
    const { of, places } = stagePlaces(student, student.features.length);
    const last = places.length;
    const stages = chosenStages('ofa', values.stages, student);
    const exponents = exponentsOf(values.eps, stages.length);
    const scope = new ModuleScope();
    const heads = stages.map((stage) => {
      const place = places[stage - 1] as number;
      const own = scope.child(`projector.${stage}`);
      const head =
        of === 'tokens'
          ? tokenHead(own, student.tokens?.[place] ?? [0, 0], {
              stage,
              classTokens: student.classTokens ?? 0,
              width: student.pooled,
              classes,
              student: student.name,
            })
          : mapHead(own, (student[of][place] as MapShape)[2], {
              halvings: last - stage,
              width: Math.max(student.pooled, teacher.pooled),
              classes,
            });
      return { head, stage };
    });
    const loss = (logits: Tensor2D, target: AdaptiveTarget, index: number) =>
      ofaLoss(logits, target, exponents[index] as number, values);
    return {
      params: scope.params,
      terms: (step) => {
        const context = partsContext(step);
        const target: AdaptiveTarget = { teacher: step.teacher.logits, labels: step.labels };
        const features = stageFeatures(student, step.student);
        const exits = heads.map(({ head, stage }, index) =>
          loss(head(context, features[stage - 1] as Tensor3D & Tensor4D), target, index),
        );
        return {
          kd: tf.mul<Scalar>(
            loss(taughtLogits(step.student), target, heads.length),
            values.kdWeight,
          ),
          ofa: tf.mul<Scalar>(sumOf(exits), values.ofaWeight),
        };
      },
    };
  },
});

export interface AdaptiveTarget {
  /** [B, classes] */
  readonly teacher: Tensor2D;
  readonly labels: Tensor1D;
}

/** Mean over the batch of -sum ((p_t + y)^eps - y) log p_s. */
export function ofaLoss(
  logits: Tensor2D,
  { teacher, labels }: AdaptiveTarget,
  eps: number,
  { temperature, form }: { readonly temperature: number; readonly form: 'stable' | 'official' },
): Scalar {
  const mask = targetMask(labels, logits.shape[1]);
  const stable = tf.logSoftmax(tf.div<Tensor2D>(logits, temperature));
  const log = form === 'official' ? underflowing(stable) : stable;
  const share = tf.softmax(tf.div<Tensor2D>(teacher, temperature));
  const target = tf.sub(tf.pow(tf.add(share, mask), eps), mask);
  return tf.neg(tf.div(tf.sum(tf.mul(target, log)), logits.shape[0]));
}

/** Equal exponents in one number. */
function oneForAll(exponents: readonly number[]): readonly number[] {
  return exponents.every((each) => each === exponents[0]) ? exponents.slice(0, 1) : exponents;
}

function exponentsOf(given: readonly number[], heads: number): readonly number[] {
  if (given.length === 1) return Array.from({ length: heads + 1 }, () => given[0] as number);
  if (given.length === heads + 1) return given;
  return refuseNetworks(
    'ofa',
    `eps [${given}] has ${given.length} numbers for ${heads} exit heads and the logits`,
    `Give one number, or ${heads + 1}.`,
  );
}
