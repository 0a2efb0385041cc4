import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { DataError } from '../../../common/errors.ts';
import type { Hyper } from '../../../contract/spec.ts';
import { distillerOf } from '../../distillers/create.ts';
import { resolveHyper } from '../../distillers/hyper.ts';
import { parseMethod } from '../../distillers/method-id.ts';
import { findMethod } from '../../distillers/registry.ts';
import type {
  BuiltMethod,
  Distiller,
  MethodStep,
  NetworkLoss,
  NetworkMethod,
} from '../../distillers/types.ts';
import { crossEntropy, softCrossEntropy } from '../../engine/ops/index.ts';
import type { TensorMap } from '../../engine/types.ts';
import type { MapShape, NetworkShapes } from '../../networks/shapes.ts';
import type { NetworkOutput, ParamSpec } from '../../networks/types.ts';
import type { GoldenNode, GoldenTensor } from '../golden.ts';

/** What a golden case gives of one network: names of its tensors, in PyTorch's layout. */
export interface GoldenNetwork {
  /** One name per feature map; null for the stem and others that the method does not read. */
  readonly features?: readonly (string | null)[];
  readonly preactFeatures?: readonly (string | null)[];
  /** Names of token features [B, tokens, C], in the order of the stages. */
  readonly tokens?: readonly (string | null)[];
  readonly classTokens?: number;
  readonly pooled?: string;
  /** Width of the pooled feature where the case has no such tensor. */
  readonly pooledWidth?: number;
  readonly logits?: string;
  /** Classifier [classes, pooled] as names of weight and bias. */
  readonly classifier?: readonly [string, string];
  /** Where the case has numbers instead of shapes only. */
  readonly stageNorms?: readonly string[];
}

/** How a method meets the tensors of a golden case. */
export interface GoldenMethod {
  readonly id: string;
  readonly hyper: Hyper;
  readonly student: GoldenNetwork;
  readonly teacher: GoldenNetwork;
  /**
   * Name of the label tensor, [B] classes or [B, classes] shares; methods that need none have none.
   */
  readonly target?: string;
  /** Label smoothing of the cross-entropy. */
  readonly smoothing?: number;
  readonly strong?: { readonly student: GoldenNetwork; readonly teacher: GoldenNetwork };
  readonly indices?: string;
  readonly draws?: Readonly<Record<string, string>>;
  /** Counted from 1; methods whose weights do not change have none. */
  readonly epoch?: number;
  /**
   * Whether the case's loss is that of the whole distiller as a trial has it: with the
   * cross-entropy, whose weight `hyper` states. Absent: the method's own terms alone.
   */
  readonly whole?: boolean;
  /** A parameter's name in the golden file, from the method's own name for it. */
  golden(param: string): string;
  readonly trainLabels?: Int32Array;
  readonly teacherWeights?: Readonly<Record<string, Float32Array>>;
}

/** All tensors of a case by name: inputs, lists as `name[0]`, and parameters as `param:name`. */
export function tensorsOf(node: GoldenNode): Record<string, GoldenTensor> {
  const inputs = node.get('inputs').entries();
  const params = node.optional('params')?.entries() ?? [];
  return Object.fromEntries([
    ...inputs.flatMap(([name, each]): [string, GoldenTensor][] =>
      each.isList()
        ? each.list().map((item, index) => [`${name}[${index}]`, item.tensor()])
        : [[name, each.tensor()]],
    ),
    ...params.map(([name, each]): [string, GoldenTensor] => [`param:${name}`, each.tensor()]),
  ]);
}

/** The method built for the shapes of a case. */
export function buildGolden(
  golden: GoldenMethod,
  tensors: Readonly<Record<string, GoldenTensor>>,
): BuiltMethod {
  const built = golden.whole === true ? wholeMethod(golden, tensors) : ownTerms(golden, tensors);
  checkShapes(golden, built.params, tensors);
  return built;
}

type Tensors = Readonly<Record<string, GoldenTensor>>;

/** The cross-entropy is one of its terms. */
function wholeMethod(golden: GoldenMethod, tensors: Tensors): BuiltMethod {
  const distiller = wholeDistiller(golden, tensors);
  return { params: distiller.params, terms: (step) => distiller.losses(step) };
}

function wholeDistiller(golden: GoldenMethod, tensors: Tensors): Distiller {
  const parsed = parseMethod(golden.id);
  const spec = {
    parsed,
    hyper: resolveHyper(parsed, golden.hyper),
    classes: classesOf(golden, tensors),
    smoothing: golden.smoothing ?? 0,
  };
  return distillerOf(spec, () => ({
    student: () => shapesOf('student', golden.student, tensors),
    teacher: () => shapesOf('teacher', golden.teacher, tensors),
    trainLabels: golden.trainLabels ?? null,
    teacherWeights: golden.teacherWeights ?? null,
  }));
}

function ownTerms(golden: GoldenMethod, tensors: Tensors): BuiltMethod {
  return networkLoss(golden).build({
    student: shapesOf('student', golden.student, tensors),
    teacher: shapesOf('teacher', golden.teacher, tensors),
    classes: classesOf(golden, tensors),
    plugins: parseMethod(golden.id).plugins,
    trainLabels: golden.trainLabels ?? null,
    teacherWeights: golden.teacherWeights ?? null,
  });
}

/** 0 where a case has no logits: no such method asks for the classes. */
function classesOf(golden: GoldenMethod, tensors: Tensors): number {
  return tensors[golden.student.logits ?? '']?.shape[1] ?? 0;
}

/**
 * A part of another shape than the file's would be of another setting, even where its numbers fit.
 */
function checkShapes(
  golden: GoldenMethod,
  params: readonly ParamSpec[],
  tensors: Readonly<Record<string, GoldenTensor>>,
): void {
  for (const { name, torchShape } of params) {
    const shape = tensors[`param:${golden.golden(name)}`]?.shape;
    if (shape === undefined || shape.join() === torchShape.join()) continue;
    throw new DataError(
      'GOLDEN_SETTING',
      `The parameter ${golden.golden(name)} has the shape [${shape}], and with the settings of the case Redistill's has [${torchShape}].`,
      { hint: 'A setting of the case does not fit its tensors.' },
    );
  }
}

function networkLoss(golden: GoldenMethod): NetworkLoss {
  const parsed = parseMethod(golden.id);
  const method = findMethod(parsed.method) as NetworkMethod;
  return method.with(resolveHyper(parsed, golden.hyper));
}

/** What the method's parts changed in a step, and its loss terms. */
export interface GoldenStep {
  readonly terms: Readonly<Record<string, Scalar>>;
  readonly updates: Readonly<Record<string, Tensor>>;
}

/**
 * Runs the product's loss on the tensors of a case. Tensors are in PyTorch's layout and turned
 * inside, so that gradients come back in it.
 *
 * @param state values of the method's buffers by its own names, where an earlier step changed them
 */
export function goldenStep(
  golden: GoldenMethod,
  built: BuiltMethod,
  given: TensorMap,
  state: TensorMap = {},
): GoldenStep {
  const updates: Record<string, Tensor> = {};
  const specs = new Map(built.params.map((spec) => [spec.name, spec]));
  const scalars = golden.epoch === undefined ? {} : networkLoss(golden).scalars(golden.epoch);
  const target = golden.target === undefined ? tf.tensor1d([], 'int32') : given[golden.target];
  const shares = target?.rank === 2 ? (target as Tensor2D) : null;
  const labels = shares === null ? (target as Tensor1D) : tf.argMax<Tensor1D>(shares, 1);
  const step: MethodStep = {
    student: outputOf(golden.student, given),
    teacher: outputOf(golden.teacher, given),
    labels,
    ...(shares !== null && { shares }),
    ...(golden.indices !== undefined && { indices: given[golden.indices] as Tensor1D }),
    ...(golden.strong !== undefined && {
      strong: {
        student: outputOf(golden.strong.student, given),
        teacher: outputOf(golden.strong.teacher, given),
      },
    }),
    scalar: (name) => tf.scalar(scalars[name] ?? unknown(`scalar ${name}`)),
    draw: (name) => {
      const drawn = given[golden.draws?.[name] ?? ''] ?? unknown(`draw ${name}`);
      // MGD's official mask of channels is [N, C, 1, 1].
      return drawn.rank === 4 ? tf.reshape(drawn, drawn.shape.slice(0, 2)) : drawn;
    },
    param: (name) =>
      updates[name] ??
      state[name] ??
      turned(
        given[`param:${golden.golden(name)}`] ?? unknown(`parameter ${golden.golden(name)}`),
        specs.get(name) as ParamSpec,
      ),
    update: (name, value) => {
      updates[name] = value;
    },
    crossEntropy: (logits) =>
      shares === null
        ? crossEntropy(logits, labels, golden.smoothing)
        : softCrossEntropy(logits, shares),
  };
  return { terms: built.terms(step), updates };
}

/** A parameter from PyTorch's layout to the engine's. */
export function turned(tensor: Tensor, spec: ParamSpec): Tensor {
  switch (spec.layout) {
    case 'oihw':
      return tf.transpose(tensor, [2, 3, 1, 0]);
    case 'depthwise':
      return tf.reshape(tf.transpose(tensor, [2, 3, 0, 1]), [...spec.shape]);
    case 'oi':
      return tf.transpose(tensor);
    case 'flat':
      return tensor;
  }
}

function shapesOf(
  name: string,
  network: GoldenNetwork,
  tensors: Readonly<Record<string, GoldenTensor>>,
): NetworkShapes {
  const shape = (each: string | null): MapShape => {
    const [, channels = 0, height = 0, width = 0] = tensors[each ?? '']?.shape ?? [];
    return [height, width, channels];
  };
  return {
    name,
    features: (network.features ?? []).map(shape),
    preactFeatures: (network.preactFeatures ?? []).map(shape),
    ...(network.tokens !== undefined && {
      tokens: network.tokens.map((each) => {
        const [, count = 0, width = 0] = tensors[each ?? '']?.shape ?? [];
        return [count, width] as const;
      }),
      stages: { of: 'tokens', places: network.tokens.map((_, index) => index) } as const,
      classTokens: network.classTokens ?? 0,
    }),
    pooled: network.pooledWidth ?? tensors[network.pooled ?? '']?.shape[1] ?? 0,
    stageNorms: network.stageNorms ?? [],
  };
}

function outputOf(network: GoldenNetwork, given: TensorMap): NetworkOutput {
  const map = (name: string | null): Tensor4D =>
    name === null
      ? tf.zeros([1, 1, 1, 1])
      : (tf.transpose(given[name] as Tensor, [0, 2, 3, 1]) as Tensor4D);
  const none = tf.zeros([1, 1]) as Tensor2D;
  const features = (network.features ?? []).map(map);
  const classify = ((pooled: Tensor2D) => {
    const [weight, bias] = network.classifier ?? unknown('classifier');
    return tf.add(
      tf.matMul(pooled, given[weight] as Tensor2D, false, true),
      given[bias] as Tensor1D,
    );
  }) as unknown as NetworkOutput['classify'];
  return {
    logits: network.logits === undefined ? none : (given[network.logits] as Tensor2D),
    features,
    preactFeatures: (network.preactFeatures ?? []).map(map),
    ...(network.tokens !== undefined && {
      tokens: network.tokens.map(
        (name) => (name === null ? tf.zeros([1, 1, 1]) : given[name]) as Tensor3D,
      ),
    }),
    pooled: network.pooled === undefined ? none : (given[network.pooled] as Tensor2D),
    lastMap: features.at(-1) ?? map(null),
    classify,
  };
}

function unknown(what: string): never {
  throw new TypeError(`The golden case has no ${what}.`);
}
