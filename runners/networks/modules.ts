import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import {
  batchNormInference,
  batchNormTraining,
  biasAdd,
  type ConvolutionOptions,
  conv2d,
  deformableConv2d,
  depthwiseConv2d,
  foldBatchNorm,
  groupNorm,
  type LayerNormValues,
  layerNorm,
  linear,
  normLinear,
  updateRunning,
} from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import type { Forward, Init, NetworkOutput, ParamKind, ParamSpec } from './types.ts';

/** A layer with its parameters declared. */
export type Layer = (context: Forward, x: Tensor4D) => Tensor4D;
export interface LinearLayer {
  (context: Forward, x: Tensor2D): Tensor2D;
  (context: Forward, x: Tensor3D): Tensor3D;
  /** The same of what a layer norm gives, in fewer passes over the rows. */
  after(norm: LayerNormLayer): AnyRankLayer;
}

/** A layer norm, and its values for what computes it together with its neighbour. */
export interface LayerNormLayer extends AnyRankLayer {
  values(context: Forward): LayerNormValues;
}

export interface ConvolutionSpec extends Omit<ConvolutionOptions, 'groups'> {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly groups?: number;
  readonly bias?: boolean;
  /** How weight and bias start, where not as the network's usual ones. */
  readonly start?: LayerStart;
  /**
   * A deformable convolution, whose offsets a plain one of the same window says (mmcv's
   * `DeformConv2dPack`). `modulated`: with a factor for every sample (`ModulatedDeformConv2dPack`).
   */
  readonly deformable?: 'plain' | 'modulated';
}

/** How the weights of one layer start. */
export interface LayerStart {
  readonly weight?: Init;
  /** Every value of the bias, or how it starts. */
  readonly bias?: number | Init;
}

export interface LinearOptions extends LayerStart {
  /** Whether it has a bias. Default: true. */
  readonly biased?: boolean;
}

/** A layer for tensors of any rank, along their last axis. */
export type AnyRankLayer = <T extends Tensor>(context: Forward, x: T) => T;

/**
 * How the weights of a network start, as the constructor of the original has it. Batch norm always
 * starts at 1 and 0. `uniform` is PyTorch's default, within 1/sqrt(fan-in).
 */
export interface InitialWeights {
  /** `kaiming`: normal with variance 2 / fan-out. */
  readonly convolution: 'kaiming' | 'uniform';
  /** `small`: normal with deviation 0.01. */
  readonly linear: 'uniform' | 'small';
  /** Of convolutions and linear layers. */
  readonly bias: 'uniform' | 'zero';
}

/** What optimizers move of the parameters that a scope declares. */
type Trained = 'all' | 'all but norms' | 'none';

/** What mdistiller's and torchvision's ResNets have. */
const usualWeights: InitialWeights = {
  convolution: 'kaiming',
  linear: 'uniform',
  bias: 'uniform',
};

/**
 * Declares the layers of a network. Parameters get PyTorch's names, and their order of declaration
 * is the order of PyTorch's `state_dict`: declare submodules in the order in which the original's
 * constructor assigns them.
 *
 * Initial values, unless `initial` says otherwise: convolutions Kaiming normal over fan-out, batch
 * norm 1 and 0, linear layers and biases PyTorch's defaults (uniform within 1/sqrt(fan-in)).
 */
export class ModuleScope {
  readonly params: ParamSpec[];
  private readonly path: string;
  private readonly initial: InitialWeights;
  private readonly trained: Trained;

  constructor(
    path = '',
    params: ParamSpec[] = [],
    initial: InitialWeights = usualWeights,
    trained: Trained = 'all',
  ) {
    this.path = path;
    this.params = params;
    this.initial = initial;
    this.trained = trained;
  }

  /** A network's outermost scope, for one whose weights do not start as ResNets' do. */
  static startingWith(initial: Partial<InitialWeights>): ModuleScope {
    return new ModuleScope('', [], { ...usualWeights, ...initial });
  }

  /** The scope of a submodule: `scope.child('layer1').child('0')` declares `layer1.0.*`. */
  child(name: string | number): ModuleScope {
    return new ModuleScope(this.nameOf(String(name)), this.params, this.initial, this.trained);
  }

  /** The same scope for layers that no optimizer moves. */
  frozen(): ModuleScope {
    return new ModuleScope(this.path, this.params, this.initial, 'none');
  }

  /** The same scope for layers whose batch norms no optimizer moves. */
  withFixedNorms(): ModuleScope {
    const trained = this.trained === 'all' ? 'all but norms' : this.trained;
    return new ModuleScope(this.path, this.params, this.initial, trained);
  }

  /**
   * mmcv's `DeformConv2d`, which is told where to look.
   *
   * @returns a layer of x and of offsets as `deformableConv2d` takes them
   */
  deformableConv(
    name: string | number,
    spec: Omit<ConvolutionSpec, 'bias' | 'deformable'>,
  ): (context: Forward, x: Tensor4D, offset: Tensor4D) => Tensor4D {
    const { path, weight } = this.declareConvolution(name, spec);
    const { stride = 1, padding = 0, dilation = 1, groups = 1 } = spec;
    return (context, x, offset) =>
      context.layer(path, () =>
        deformableConv2d(x, offset, context.param(weight) as Tensor4D, {
          ...{ stride, padding, dilation, groups },
        }),
      );
  }

  /** `nn.ConvTranspose2d` whose stride is its kernel: every position becomes a square. */
  transposedConv(
    name: string | number,
    {
      inputs,
      outputs,
      kernel,
      start = {},
    }: Pick<ConvolutionSpec, 'inputs' | 'outputs' | 'kernel' | 'start'>,
  ): Layer {
    const path = this.nameOf(String(name));
    const fanIn = outputs * kernel * kernel;
    this.addParam(`${path}.weight`, 'weight', [inputs, outputs, kernel, kernel], {
      layout: 'oihw',
      shape: [kernel, kernel, outputs, inputs],
      init: start.weight ?? uniform(fanIn),
    });
    this.addParam(`${path}.bias`, 'bias', [outputs], { init: this.startOfBias(fanIn, start) });
    return (context, x) =>
      context.layer(path, () => {
        const [pictures, height, width] = x.shape;
        const weight = context.param(`${path}.weight`).reshape([-1, inputs]) as Tensor2D;
        const squares = tf.matMul(x.reshape([-1, inputs]) as Tensor2D, weight, false, true);
        const rows = tf.transpose(
          squares.reshape([pictures * height, width, kernel, kernel * outputs]),
          [0, 2, 1, 3],
        );
        const map = rows.reshape([pictures, height * kernel, width * kernel, outputs]) as Tensor4D;
        return biasAdd(map, context.param(`${path}.bias`) as Tensor1D);
      });
  }

  /** `nn.Conv2d`; depthwise where groups = inputs > 1. */
  conv(name: string | number, spec: ConvolutionSpec): Layer {
    const convolution = this.declareConvolution(name, spec);
    return (context, x) =>
      context.layer(convolution.path, () =>
        convolution.run(
          context,
          x,
          context.param(convolution.weight) as Tensor4D,
          convolution.bias === null ? null : (context.param(convolution.bias) as Tensor1D),
        ),
      );
  }

  /** `nn.BatchNorm2d`, or `nn.BatchNorm1d` of [B, C]. `scale`: what its weights start at. */
  batchNorm(
    name: string | number,
    channels: number,
    scale = 1,
  ): <T extends Tensor>(context: Forward, x: T) => T {
    const norm = this.declareNorm(name, channels, scale);
    return (context, x) => context.layer(norm.path, () => normalize(norm, context, x));
  }

  /** `nn.GroupNorm`, the channels in equal groups. */
  groupNorm(name: string | number, channels: number, groups: number): Layer {
    const path = this.nameOf(String(name));
    const start = (value: number) => ({ init: { kind: 'constant', value } as const });
    this.addParam(`${path}.weight`, 'bn_weight', [channels], start(1));
    this.addParam(`${path}.bias`, 'bias', [channels], start(0));
    return (context, x) =>
      context.layer(path, () =>
        groupNorm(
          x,
          groups,
          context.param(`${path}.weight`) as Tensor1D,
          context.param(`${path}.bias`) as Tensor1D,
        ),
      );
  }

  /** `nn.LayerNorm` along the last axis. */
  layerNorm(name: string | number, channels: number, epsilon: number): LayerNormLayer {
    const path = this.nameOf(String(name));
    const scale = this.trainedTensor(`${name}.weight`, 'bn_weight', [channels], constant(1));
    const offset = this.trainedTensor(`${name}.bias`, 'bias', [channels], constant(0));
    const values = (context: Forward): LayerNormValues => ({
      scale: scale(context) as Tensor1D,
      offset: offset(context) as Tensor1D,
      epsilon,
    });
    const layer: AnyRankLayer = (context, x) =>
      context.layer(path, () => layerNorm(x, values(context)));
    return Object.assign(layer, { values });
  }

  /** A trained tensor of no layer: a class token, a table of position biases, a layer's scale. */
  trainedTensor(
    name: string | number,
    kind: ParamKind,
    shape: readonly number[],
    init: Init,
  ): (context: Forward) => Tensor {
    const path = this.nameOf(String(name));
    this.addParam(path, kind, shape, { init });
    return (context) => context.param(path);
  }

  /** One trained number (mmcv's `Scale`). */
  scalar(name: string | number, value: number): (context: Forward) => Scalar {
    const path = this.nameOf(String(name));
    this.addParam(path, 'weight', [], { init: { kind: 'constant', value } });
    return (context) => context.param(path) as Scalar;
  }

  /** A buffer that no computation of ours reads: PyTorch's state has it, and so a checkpoint. */
  buffer(name: string | number, shape: readonly number[], init: Init): void {
    this.addParam(this.nameOf(String(name)), 'buffer', shape, { init });
  }

  /** A convolution followed by batch norm: `conv` and `batchNorm` declared one after the other. */
  convNorm(conv: string | number, norm: string | number, spec: ConvolutionSpec, scale = 1): Layer {
    const convolution = this.declareConvolution(conv, spec);
    const following = this.declareNorm(norm, spec.outputs, scale);
    return (context, x) => {
      const weight = context.param(convolution.weight) as Tensor4D;
      const bias = convolution.bias === null ? null : (context.param(convolution.bias) as Tensor1D);
      if (context.foldsNorms === true && !context.training) {
        const folded = foldBatchNorm(weight, bias, normTensors(following, context));
        return context.layer(convolution.path, () =>
          convolution.run(context, x, folded.weight, folded.bias),
        );
      }
      const y = context.layer(convolution.path, () => convolution.run(context, x, weight, bias));
      return context.layer(following.path, () => normalize(following, context, y));
    };
  }

  /** `nn.Linear` on [..., inputs]. */
  linear(
    name: string | number,
    inputs: number,
    outputs: number,
    { biased = true, ...start }: LinearOptions = {},
  ): LinearLayer {
    const path = this.nameOf(String(name));
    const usual: Init =
      this.initial.linear === 'small' ? { kind: 'normal', std: 0.01 } : uniform(inputs);
    this.addParam(`${path}.weight`, 'weight', [outputs, inputs], {
      layout: 'oi',
      shape: [inputs, outputs],
      init: start.weight ?? usual,
    });
    if (biased) {
      this.addParam(`${path}.bias`, 'bias', [outputs], { init: this.startOfBias(inputs, start) });
    }
    const weight = (context: Forward) => context.param(`${path}.weight`) as Tensor2D;
    const bias = (context: Forward) =>
      biased ? (context.param(`${path}.bias`) as Tensor1D) : null;
    const layer = (context: Forward, x: Tensor2D) =>
      context.layer(path, () => linear(x, weight(context), bias(context)));
    const after =
      (norm: LayerNormLayer): AnyRankLayer =>
      (context, x) =>
        context.layer(path, () =>
          normLinear(x, norm.values(context), weight(context), bias(context)),
        );
    return Object.assign(layer, { after }) as LinearLayer;
  }

  private declareConvolution(name: string | number, spec: ConvolutionSpec) {
    const path = this.nameOf(String(name));
    const {
      inputs,
      outputs,
      kernel,
      groups = 1,
      bias: biased = false,
      start = {},
      deformable,
      ...window
    } = spec;
    const depthwise = groups > 1 && groups === inputs;
    const fanIn = (inputs / groups) * kernel * kernel;
    const fanOut = outputs * kernel * kernel;
    const usual: Init =
      this.initial.convolution === 'uniform'
        ? uniform(fanIn)
        : { kind: 'normal', std: Math.sqrt(2 / fanOut) };
    this.addParam(`${path}.weight`, 'weight', [outputs, inputs / groups, kernel, kernel], {
      layout: depthwise ? 'depthwise' : 'oihw',
      shape: depthwise
        ? [kernel, kernel, inputs, outputs / inputs]
        : [kernel, kernel, inputs / groups, outputs],
      init: start.weight ?? usual,
    });
    if (biased) {
      this.addParam(`${path}.bias`, 'bias', [outputs], { init: this.startOfBias(fanIn, start) });
    }
    const samplesOf =
      deformable === undefined
        ? null
        : this.child(name).samples(deformable, inputs, kernel, window);
    return {
      path,
      weight: `${path}.weight`,
      bias: biased ? `${path}.bias` : null,
      run(context: Forward, x: Tensor4D, weight: Tensor4D, bias: Tensor1D | null): Tensor4D {
        if (samplesOf !== null) {
          const { offset, mask } = samplesOf(context, x);
          return deformableConv2d(x, offset, weight, { ...window, groups }, { bias, mask });
        }
        return depthwise
          ? depthwiseConv2d(x, weight, window, bias)
          : conv2d(x, weight, { ...window, groups }, bias);
      },
    };
  }

  /**
   * Where a deformable convolution looks: its `conv_offset`, which starts at 0 everywhere. Of a
   * modulated one the last third of its channels are the factors, before the sigmoid.
   */
  private samples(
    kind: 'plain' | 'modulated',
    inputs: number,
    kernel: number,
    window: Omit<ConvolutionOptions, 'groups'>,
  ): (
    context: Forward,
    x: Tensor4D,
  ) => { readonly offset: Tensor4D; readonly mask: Tensor4D | null } {
    const taps = kernel * kernel;
    const convolve = this.conv('conv_offset', {
      inputs,
      outputs: (kind === 'modulated' ? 3 : 2) * taps,
      kernel,
      bias: true,
      start: { weight: constant(0), bias: 0 },
      ...window,
    });
    return (context, x) => {
      const made = convolve(context, x);
      if (kind === 'plain') return { offset: made, mask: null };
      const [offset, factors] = tf.split(made, [2 * taps, taps], 3) as [Tensor4D, Tensor4D];
      return { offset, mask: tf.sigmoid(factors) };
    };
  }

  private declareNorm(name: string | number, channels: number, scale: number): Norm {
    const path = this.nameOf(String(name));
    const norm: Norm = {
      path,
      scale: `${path}.weight`,
      offset: `${path}.bias`,
      mean: `${path}.running_mean`,
      variance: `${path}.running_var`,
    };
    const start = (value: number) => ({ init: { kind: 'constant', value } as const });
    const fixed = this.trained === 'all but norms';
    this.addParam(norm.scale, 'bn_weight', [channels], { ...start(scale), fixed });
    this.addParam(norm.offset, 'bias', [channels], { ...start(0), fixed });
    this.addParam(norm.mean, 'running_mean', [channels], start(0));
    this.addParam(norm.variance, 'running_var', [channels], start(1));
    return norm;
  }

  private addParam(
    name: string,
    kind: ParamKind,
    torchShape: readonly number[],
    spec: {
      readonly init: Init;
      readonly layout?: ParamSpec['layout'];
      readonly shape?: readonly number[];
      /** Whether no optimizer moves it; default: as the scope says. */
      readonly fixed?: boolean;
    },
  ): void {
    this.params.push({
      name,
      kind,
      torchShape,
      shape: spec.shape ?? torchShape,
      layout: spec.layout ?? 'flat',
      trainable:
        this.trained !== 'none' &&
        spec.fixed !== true &&
        (kind === 'weight' || kind === 'bn_weight' || kind === 'bias'),
      init: spec.init,
    });
  }

  private startOfBias(fanIn: number, start: LayerStart): Init {
    if (typeof start.bias === 'number') return constant(start.bias);
    if (start.bias !== undefined) return start.bias;
    return this.initial.bias === 'zero' ? constant(0) : uniform(fanIn);
  }

  /** The whole name of what is declared here as `name`. */
  nameOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}

/** A classifier within a forward pass. */
export function classifierOf(layer: LinearLayer, context: Forward): NetworkOutput['classify'] {
  return ((x: Tensor2D) => layer(context, x)) as NetworkOutput['classify'];
}

/** Names of a batch norm's tensors. */
interface Norm {
  readonly path: string;
  readonly scale: string;
  readonly offset: string;
  readonly mean: string;
  readonly variance: string;
}

const normTensors = (norm: Norm, context: Forward) => ({
  scale: context.param(norm.scale) as Tensor1D,
  offset: context.param(norm.offset) as Tensor1D,
  mean: context.param(norm.mean) as Tensor1D,
  variance: context.param(norm.variance) as Tensor1D,
});

function normalize<T extends Tensor>(norm: Norm, context: Forward, x: T): T {
  const { scale, offset, mean, variance } = normTensors(norm, context);
  if (!context.training) return batchNormInference(x, scale, offset, mean, variance);
  const batch = batchNormTraining(x, scale, offset);
  context.update(norm.mean, updateRunning(mean, batch.mean));
  context.update(norm.variance, updateRunning(variance, batch.variance));
  return batch.y;
}

const constant = (value: number): Init => ({ kind: 'constant', value });
/** PyTorch's default for the weights of a layer with so many inputs per output. */
export const uniform = (fanIn: number): Init => ({ kind: 'uniform', bound: 1 / Math.sqrt(fanIn) });
