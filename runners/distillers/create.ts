import type { Scalar } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { UsageError } from '../../common/errors.ts';
import type { Hyper } from '../../contract/spec.ts';
import { crossEntropy } from '../engine/ops/index.ts';
import { patchLogits } from '../networks/patch-logits.ts';
import { networkShapes } from '../networks/shapes.ts';
import type { Network } from '../networks/types.ts';
import { partsOf, resolveHyper } from './hyper.ts';
import { kdRows } from './kd-rows.ts';
import { logitLoss } from './logit-loss.ts';
import { type ParsedMethod, parseMethod } from './method-id.ts';
import type {
  BuiltMethod,
  Distiller,
  DistillStep,
  LogitMethod,
  LogitPlugin,
  MethodStep,
  NetworkMethod,
} from './types.ts';

/** A network, or as much of it as methods on logits need. */
export type DistilledNetwork = Pick<Network, 'name' | 'classes'> & Partial<Network>;

/** The networks that a distiller is made for. */
export interface DistillerNetworks {
  readonly student: DistilledNetwork;
  /** Null where the trial has no teacher. */
  readonly teacher: DistilledNetwork | null;
  /** Label smoothing of the recipe, in the cross-entropy only. Default 0. */
  readonly labelSmoothing?: number;
  /** Labels of the training pictures in their order; CRD keeps a memory of every picture. */
  readonly trainLabels?: Int32Array;
  /** The teacher's weights by name; OFD takes its margins from them. */
  readonly teacherWeights?: Readonly<Record<string, Float32Array>>;
}

/**
 * A method, with plug-ins and resolved hyper-parameters, ready to give losses in a step.
 *
 * @param name method id or a paper's name for it; see `parseMethod`
 * @param overrides hyper-parameters that differ from the official defaults; see `resolveHyper`
 * @throws UsageError `METHOD_UNKNOWN`, `METHOD_COMBINATION`, `HYPER_UNKNOWN`, `HYPER_VALUE`;
 *   `METHOD_TEACHER` when the method needs a teacher and there is none, or one with other classes;
 *   `METHOD_NETWORKS` when the method cannot work on these two networks
 */
export function createDistiller(
  name: string,
  overrides: Hyper,
  networks: DistillerNetworks,
): Distiller {
  const parsed = parseMethod(name);
  const hyper = resolveHyper(parsed, overrides);
  const { method, plugins } = partsOf(parsed);
  const smoothing = networks.labelSmoothing ?? 0;
  if (method.kind === 'plain') return plainDistiller(parsed.id, hyper, smoothing);
  checkTeacher(parsed, networks);
  if (method.kind === 'network') {
    const built = method.build(hyper, {
      student: networkShapes(networks.student as Network),
      teacher: networkShapes(networks.teacher as Network),
      classes: networks.student.classes,
      plugins: parsed.plugins,
      trainLabels: networks.trainLabels ?? null,
      teacherWeights: networks.teacherWeights ?? null,
    });
    return networkDistiller(parsed.id, method, built, plugins, hyper, networks);
  }
  return logitDistiller(parsed.id, method, plugins, hyper, networks.student.classes, smoothing);
}

function plainDistiller(id: string, hyper: Hyper, smoothing: number): Distiller {
  return {
    id,
    needs: { teacher: false, patches: null, features: false },
    hyper,
    params: [],
    scalars: () => ({}),
    draws: {},
    monitors: [],
    losses: ({ student, labels }) => ({ ce: crossEntropy(student.logits, labels, smoothing) }),
  };
}

function logitDistiller(
  id: string,
  method: LogitMethod,
  plugins: readonly LogitPlugin[],
  hyper: Hyper,
  classes: number,
  smoothing: number,
): Distiller {
  const patches = plugins.map((plugin) => plugin.patches(hyper)).find((each) => each !== null);
  const warms = 'warmup' in method.scalars(hyper, 1);
  return {
    id,
    needs: { teacher: true, patches: patches ?? null, features: false },
    hyper,
    params: plugins.flatMap((plugin) => plugin.params(hyper, classes)),
    scalars: (epoch) =>
      Object.assign(
        {},
        method.scalars(hyper, epoch),
        ...plugins.map((plugin) => plugin.scalars(hyper, epoch)),
      ),
    draws: {},
    monitors: plugins.flatMap((plugin) => plugin.monitors),
    losses: (step) => {
      const loss = logitLoss(method, plugins, hyper, sourceOf(step));
      const weighted: Scalar = tf.mul(loss, Number(hyper['kdWeight']));
      const ce: Scalar = crossEntropy(step.student.logits, step.labels, smoothing);
      return {
        ce: tf.mul(ce, Number(hyper['ceWeight'])),
        [method.id]: warms ? tf.mul(weighted, step.scalar('warmup')) : weighted,
      };
    },
  };
}

/**
 * Cross-entropy, the method's own terms, and KD where `klWeight` asks for it: that is where CTKD's
 * temperature acts.
 */
function networkDistiller(
  id: string,
  method: NetworkMethod,
  built: BuiltMethod,
  plugins: readonly LogitPlugin[],
  hyper: Hyper,
  { student, labelSmoothing = 0 }: DistillerNetworks,
): Distiller {
  const klWeight = Number(hyper['klWeight'] ?? 0);
  return {
    id,
    needs: {
      teacher: true,
      patches: null,
      features: true,
      ...(method.strongView === true && { strongView: true }),
      ...built.needs,
    },
    hyper,
    params: [
      ...built.params,
      ...plugins.flatMap((plugin) => plugin.params(hyper, student.classes)),
    ],
    scalars: (epoch) =>
      Object.assign(
        {},
        method.scalars(hyper, epoch),
        ...plugins.map((plugin) => plugin.scalars(hyper, epoch)),
      ),
    draws: built.draws ?? {},
    monitors: plugins.flatMap((plugin) => plugin.monitors),
    losses: (step) => {
      const crossEntropyOf: MethodStep['crossEntropy'] = (logits) =>
        crossEntropy(logits, step.labels, labelSmoothing);
      const terms = built.terms({
        ...step,
        teacher: teacherOf(step),
        crossEntropy: crossEntropyOf,
      });
      const ce = (): Scalar =>
        tf.mul(crossEntropyOf(step.student.logits), Number(hyper['ceWeight']));
      return {
        ce: terms['ce'] ?? ce(),
        ...(klWeight > 0
          ? {
              kd: tf.mul<Scalar>(
                logitLoss({ rowLoss: kdRows }, plugins, hyper, sourceOf(step)),
                klWeight,
              ),
            }
          : {}),
        ...terms,
      };
    },
  };
}

function teacherOf({ teacher }: DistillStep) {
  if (teacher === null) throw new TypeError('A step of a distillation method without a teacher.');
  return teacher;
}

/** What a step has for the logit loss. The teacher's part carries no gradient. */
function sourceOf(step: DistillStep) {
  const { student } = step;
  const teacher = teacherOf(step);
  return {
    student: student.logits,
    teacher: teacher.logits,
    labels: step.labels,
    patches: (levels: readonly number[]) => ({
      student: patchLogits(student, levels),
      teacher: patchLogits(teacher, levels),
    }),
    param: (name: string) => step.param(name),
    scalar: (name: string) => step.scalar(name),
    monitor: (name: string, value: Scalar) => step.monitor?.(name, value),
  };
}

function checkTeacher(parsed: ParsedMethod, { student, teacher }: DistillerNetworks): void {
  if (teacher === null) {
    throw new UsageError('METHOD_TEACHER', `${parsed.id} needs a teacher and the trial has none.`, {
      hint: 'Give the pair as teacher -> student, or use the method none.',
    });
  }
  if (teacher.classes !== student.classes) {
    throw new UsageError(
      'METHOD_TEACHER',
      `${parsed.id} compares logits class by class, but the teacher ${teacher.name} has ${teacher.classes} classes and the student ${student.name} ${student.classes}.`,
      { hint: 'Take a teacher that was trained on the same data set.' },
    );
  }
}
