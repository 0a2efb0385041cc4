import type { Scalar } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { UsageError } from '../../common/errors.ts';
import type { Hyper, LabelLossRecipe } from '../../contract/spec.ts';
import { patchLogits } from '../networks/patch-logits.ts';
import { type NetworkShapes, networkShapes } from '../networks/shapes.ts';
import { taughtLogits } from '../networks/taught-logits.ts';
import type { Network } from '../networks/types.ts';
import { partsOf, resolveHyper } from './hyper.ts';
import { kdRows } from './kd-rows.ts';
import type { PictureUse } from './kind.ts';
import { type LabelLossSettings, labelLoss } from './label-loss.ts';
import { logitLoss } from './logit-loss.ts';
import { type ParsedMethod, parseMethod } from './method-id.ts';
import { refuseNetworks } from './parts.ts';
import { neededTeacher, taught } from './teachers.ts';
import type {
  ActingPlugin,
  BuiltMethod,
  Distiller,
  DistillStep,
  LogitLoss,
  MethodSetting,
  MethodStep,
  NetworkLoss,
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
  /** The recipe's loss with labels. Absent: the cross-entropy of the softmax. */
  readonly labelLoss?: LabelLossRecipe | undefined;
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
  const { classes } = networks.student;
  const spec = {
    parsed,
    hyper: resolveHyper(parsed, overrides),
    classes,
    smoothing: networks.labelSmoothing ?? 0,
    form: networks.labelLoss,
  };
  return distillerOf(spec, () => {
    const teacher = checkedTeacher(parsed, networks);
    return {
      student: () => networkShapes(networks.student as Network),
      teacher: () => networkShapes(teacher as Network),
      trainLabels: networks.trainLabels ?? null,
      teacherWeights: networks.teacherWeights ?? null,
    };
  });
}

/** What a distiller is, beside the networks that it is made for. */
export interface DistillerSpec extends LabelLossSettings {
  readonly parsed: ParsedMethod;
  /** Resolved. */
  readonly hyper: Hyper;
  readonly classes: number;
}

/** The two networks, as far as methods look at them. */
export interface DistillerSetting extends Pick<MethodSetting, 'trainLabels' | 'teacherWeights'> {
  student(): NetworkShapes;
  teacher(): NetworkShapes;
}

/**
 * The distiller of a method for networks of these shapes.
 *
 * @param setting asked for where the method has a teacher, and for shapes where it reads features
 * @throws UsageError `METHOD_NETWORKS` when the method cannot work on these networks
 */
export function distillerOf(
  { parsed, hyper, classes, ...ofLabels }: DistillerSpec,
  setting: () => DistillerSetting,
): Distiller {
  const { method, plugins } = partsOf(parsed);
  if (method.kind === 'plain') return plainDistiller(parsed.id, hyper, ofLabels);
  const given = setting();
  const acting = plugins.map((plugin) => plugin.with(hyper));
  const { id, pictures } = method;
  const named = { id: parsed.id, method: id, pictures, hyper, ofLabels };
  if (method.kind === 'logits') return logitDistiller(named, method.with(hyper), acting, classes);
  const loss = method.with(hyper);
  const [student, teacher] = [given.student(), given.teacher()];
  if (method.comparesMaps) refuseTokens(method.id, [student, teacher]);
  const built = loss.build({ ...given, student, teacher, classes, plugins: parsed.plugins });
  return networkDistiller(named, { ...loss, ...built }, method, acting, classes);
}

/** @throws UsageError `METHOD_NETWORKS` where a network has tokens in place of maps */
function refuseTokens(method: string, networks: readonly NetworkShapes[]): void {
  const ofTokens = networks.find(({ features }) => features.length === 0);
  if (ofTokens === undefined) return;
  refuseNetworks(method, `it compares maps, and ${ofTokens.name} gives tokens`);
}

/** What every distiller has of its trial. */
interface Named {
  readonly id: string;
  readonly method: string;
  readonly pictures: PictureUse;
  readonly hyper: Hyper;
  readonly ofLabels: LabelLossSettings;
}

function plainDistiller(id: string, hyper: Hyper, ofLabels: LabelLossSettings): Distiller {
  return {
    id,
    needs: { teacher: false, patches: null, features: false },
    pictures: 'apart',
    hyper,
    params: [],
    scalars: () => ({}),
    draws: {},
    monitors: [],
    losses: (step) => ({ ce: labelLoss(step, step.student.logits, ofLabels) }),
  };
}

/** What a method and its plug-ins give together. */
function together(
  method: Pick<LogitLoss, 'scalars'>,
  plugins: readonly ActingPlugin[],
): Pick<Distiller, 'scalars' | 'monitors'> {
  return {
    scalars: (epoch) =>
      Object.assign({}, ...[method, ...plugins].map((part) => part.scalars(epoch))),
    monitors: plugins.flatMap(({ monitors }) => monitors),
  };
}

function logitDistiller(
  { id, method, pictures, hyper, ofLabels }: Named,
  loss: LogitLoss,
  plugins: readonly ActingPlugin[],
  classes: number,
): Distiller {
  const patches = plugins.map((plugin) => plugin.patches).find((each) => each !== null);
  const warms = 'warmup' in loss.scalars(1);
  return {
    id,
    needs: { teacher: true, patches: patches ?? null, features: false, teacherLogits: true },
    pictures,
    hyper,
    params: plugins.flatMap((plugin) => plugin.params(classes)),
    draws: {},
    ...together(loss, plugins),
    losses: (step) => {
      const weighted: Scalar = tf.mul(logitLoss(loss, plugins, sourceOf(step)), loss.kdWeight);
      const ce = labelLoss(step, step.student.logits, ofLabels);
      return {
        ce: tf.mul(ce, loss.ceWeight),
        [method]: warms ? tf.mul(weighted, step.scalar('warmup')) : weighted,
      };
    },
  };
}

/**
 * Cross-entropy, the method's own terms, and KD where `klWeight` asks for it: that is where CTKD's
 * temperature acts.
 */
function networkDistiller(
  { id, pictures, hyper, ofLabels }: Named,
  loss: Omit<NetworkLoss, 'build'> & BuiltMethod,
  { strongView, readsLogits }: Pick<NetworkMethod, 'strongView' | 'readsLogits'>,
  plugins: readonly ActingPlugin[],
  classes: number,
): Distiller {
  const { ceWeight, klWeight, temperature } = loss;
  return {
    id,
    pictures,
    needs: {
      teacher: true,
      patches: null,
      features: true,
      ...(strongView && { strongView }),
      ...(readsLogits && { teacherLogits: true }),
      ...loss.needs,
    },
    hyper,
    params: [...loss.params, ...plugins.flatMap((plugin) => plugin.params(classes))],
    draws: loss.draws ?? {},
    ...together(loss, plugins),
    losses: (step) => {
      const crossEntropyOf: MethodStep['crossEntropy'] = (logits) =>
        labelLoss(step, logits, ofLabels);
      const terms = loss.terms({
        ...step,
        teacher: taught(step.teacher),
        crossEntropy: crossEntropyOf,
      });
      const ce = (): Scalar => tf.mul(crossEntropyOf(step.student.logits), ceWeight);
      const kd = { temperature, rowLoss: kdRows };
      return {
        ce: terms['ce'] ?? ce(),
        ...(klWeight > 0
          ? { kd: tf.mul<Scalar>(logitLoss(kd, plugins, sourceOf(step)), klWeight) }
          : {}),
        ...terms,
      };
    },
  };
}

/** What a step has for the logit loss. The teacher's part carries no gradient. */
function sourceOf(step: DistillStep) {
  const { student } = step;
  const teacher = taught(step.teacher);
  return {
    student: taughtLogits(student),
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

/** @throws UsageError `METHOD_TEACHER` */
function checkedTeacher(
  { id }: ParsedMethod,
  { student, teacher }: DistillerNetworks,
): DistilledNetwork {
  const needed = neededTeacher(id, teacher);
  if (needed.classes === student.classes) return needed;
  throw new UsageError(
    'METHOD_TEACHER',
    `${id} compares logits class by class, but the teacher ${needed.name} has ${needed.classes} classes and the student ${student.name} ${student.classes}.`,
    { hint: 'Take a teacher that was trained on the same data set.' },
  );
}
