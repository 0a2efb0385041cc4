import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import {
  batchNormInference,
  batchNormTraining,
  type ConvolutionOptions,
  conv2d,
  depthwiseConv2d,
  linear,
  updateRunning,
} from '../engine/ops/index.ts';
import type { Forward, Init, ParamKind, ParamSpec } from './types.ts';

/** A layer with its parameters declared. */
export type Layer = (context: Forward, x: Tensor4D) => Tensor4D;
export interface LinearLayer {
  (context: Forward, x: Tensor2D): Tensor2D;
  (context: Forward, x: Tensor3D): Tensor3D;
}

export interface ConvolutionSpec extends Omit<ConvolutionOptions, 'groups'> {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly groups?: number;
  readonly bias?: boolean;
}

/**
 * Declares the layers of a network. Parameters get PyTorch's names, and their order of declaration is the order of
 * PyTorch's `state_dict`: declare submodules in the order in which the original's constructor assigns them.
 *
 * Initial values are mdistiller's: convolutions Kaiming normal over fan-out, batch norm 1 and 0, linear layers and
 * biases PyTorch's defaults (uniform within 1/sqrt(fan-in)).
 */
export class ModuleScope {
  readonly params: ParamSpec[];
  private readonly path: string;

  constructor(path = '', params: ParamSpec[] = []) {
    this.path = path;
    this.params = params;
  }

  /** The scope of a submodule: `scope.child('layer1').child('0')` declares `layer1.0.*`. */
  child(name: string | number): ModuleScope {
    return new ModuleScope(this.nameOf(String(name)), this.params);
  }

  /** `nn.Conv2d`; depthwise where groups = inputs > 1. */
  conv(name: string | number, spec: ConvolutionSpec): Layer {
    const path = this.nameOf(String(name));
    const { inputs, outputs, kernel, groups = 1, bias = false, ...window } = spec;
    const depthwise = groups > 1 && groups === inputs;
    const fanIn = (inputs / groups) * kernel * kernel;
    this.addParam(`${path}.weight`, 'weight', [outputs, inputs / groups, kernel, kernel], {
      layout: depthwise ? 'depthwise' : 'oihw',
      shape: depthwise
        ? [kernel, kernel, inputs, outputs / inputs]
        : [kernel, kernel, inputs / groups, outputs],
      init: { kind: 'normal', std: Math.sqrt(2 / (outputs * kernel * kernel)) },
    });
    if (bias) {
      this.addParam(`${path}.bias`, 'bias', [outputs], { init: uniform(fanIn) });
    }
    return (context, x) =>
      context.layer(path, () => {
        const weight = context.param(`${path}.weight`) as Tensor4D;
        const offset = bias ? (context.param(`${path}.bias`) as Tensor1D) : null;
        return depthwise
          ? depthwiseConv2d(x, weight, window, offset)
          : conv2d(x, weight, { ...window, groups }, offset);
      });
  }

  /** `nn.BatchNorm2d`, or `nn.BatchNorm1d` of [B, C]. */
  batchNorm(
    name: string | number,
    channels: number,
  ): <T extends Tensor>(context: Forward, x: T) => T {
    const path = this.nameOf(String(name));
    const names = {
      weight: `${path}.weight`,
      bias: `${path}.bias`,
      mean: `${path}.running_mean`,
      variance: `${path}.running_var`,
    };
    this.addParam(names.weight, 'bn_weight', [channels], { init: { kind: 'constant', value: 1 } });
    this.addParam(names.bias, 'bias', [channels], { init: { kind: 'constant', value: 0 } });
    this.addParam(names.mean, 'running_mean', [channels], { init: { kind: 'constant', value: 0 } });
    this.addParam(names.variance, 'running_var', [channels], {
      init: { kind: 'constant', value: 1 },
    });
    return (context, x) =>
      context.layer(path, () => {
        const [scale, offset, mean, variance] = [
          context.param(names.weight) as Tensor1D,
          context.param(names.bias) as Tensor1D,
          context.param(names.mean) as Tensor1D,
          context.param(names.variance) as Tensor1D,
        ];
        if (!context.training) return batchNormInference(x, scale, offset, mean, variance);
        const batch = batchNormTraining(x, scale, offset);
        context.update(names.mean, updateRunning(mean, batch.mean));
        context.update(names.variance, updateRunning(variance, batch.variance));
        return batch.y;
      });
  }

  /** `nn.Linear` on [..., inputs]. */
  linear(name: string | number, inputs: number, outputs: number): LinearLayer {
    const path = this.nameOf(String(name));
    this.addParam(`${path}.weight`, 'weight', [outputs, inputs], {
      layout: 'oi',
      shape: [inputs, outputs],
      init: uniform(inputs),
    });
    this.addParam(`${path}.bias`, 'bias', [outputs], { init: uniform(inputs) });
    return ((context: Forward, x: Tensor2D) =>
      context.layer(path, () =>
        linear(
          x,
          context.param(`${path}.weight`) as Tensor2D,
          context.param(`${path}.bias`) as Tensor1D,
        ),
      )) as LinearLayer;
  }

  private addParam(
    name: string,
    kind: ParamKind,
    torchShape: readonly number[],
    spec: {
      readonly init: Init;
      readonly layout?: ParamSpec['layout'];
      readonly shape?: readonly number[];
    },
  ): void {
    this.params.push({
      name,
      kind,
      torchShape,
      shape: spec.shape ?? torchShape,
      layout: spec.layout ?? 'flat',
      trainable: kind === 'weight' || kind === 'bn_weight' || kind === 'bias',
      init: spec.init,
    });
  }

  private nameOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}

const uniform = (fanIn: number): Init => ({ kind: 'uniform', bound: 1 / Math.sqrt(fanIn) });
