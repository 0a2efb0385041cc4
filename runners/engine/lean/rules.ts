import { attribute } from '../ops/native.ts';
import type { Edge } from '../record.ts';
import type { NodeBuilder } from './builder.ts';

/** The update of all parameters of a group, which lie one after the other in one variable. */
export interface GroupUpdate {
  readonly builder: NodeBuilder;
  readonly numbers: Readonly<Record<string, number>>;
  readonly scalars: Readonly<Record<string, Edge>>;
  /** Old values of the parameters, and all their gradients: rows of `size`. */
  readonly parameters: Edge;
  readonly gradient: Edge;
  readonly size: number;
  /** The variables of the parameters and of the rule's buffers. */
  readonly handles: readonly Edge[];
  /** What must have read the old values before anything changes. */
  readonly after: readonly string[];
  /** A bool scalar: where it is false nothing changes. Null: it always does. */
  readonly guard: Edge | null;
}

/**
 * Changes the variables in place.
 *
 * @returns the names of the operations that do
 */
export type Rule = (update: GroupUpdate) => readonly string[];

/**
 * The rules of optimizers as TensorFlow's own operations, which read and write each value once. A
 * rule with a guard takes a rate of 0, shares of 1 and a gradient of 0 where nothing may change:
 * then every operation gives back the old values.
 */
export const rules: Readonly<Record<'momentum' | 'adam', Rule>> = { momentum, adam };

/** `torch.optim.SGD` (sgd.ts). */
function momentum(update: GroupUpdate): readonly string[] {
  const { builder, numbers, scalars, handles, after } = update;
  const [parameters, buffer] = handles as [Edge, Edge | undefined];
  const rate = guarded(update, ownRate(update, scalars['learningRate'] as Edge), 0);
  const gradient = guardedGradient(update, decayed(update));
  const type = [attribute.type('T'), attribute.flag('use_locking', false)];
  if (buffer === undefined) {
    const inputs = [parameters, rate, gradient];
    return [builder.add('ResourceApplyGradientDescent', inputs, type, [], after).node];
  }
  const share = guarded(update, builder.number(numbers['momentum'] as number), 1);
  return [
    builder.add(
      'ResourceApplyMomentum',
      [parameters, buffer, rate, gradient, share],
      [...type, attribute.flag('use_nesterov', numbers['nesterov'] === 1)],
      [],
      after,
    ).node,
  ];
}

/**
 * `torch.optim.Adam` and `AdamW` (adam.ts). TensorFlow's rule is rate sqrt(1 - b2^t) / (1 - b1^t) *
 * m / (sqrt(v) + epsilon). PyTorch's has the root of 1 - b2^t below sqrt(v) alone, so that the
 * epsilon is multiplied by it too; powers of 0 leave the corrections to the rate.
 */
function adam(update: GroupUpdate): readonly string[] {
  const { builder, numbers, scalars, handles, after, size } = update;
  const { beta1, beta2, epsilon, weightDecay, decoupled } = numbers as Record<string, number>;
  const [parameters, mean, square] = handles as [Edge, Edge, Edge];
  const correction = scalars['rootCorrection'] as Edge;
  const stepSize = ownRate(update, scalars['stepSize'] as Edge);
  const rate = builder.binary('Mul', stepSize, correction, []);
  const shrinks = decoupled === 1 && weightDecay !== 0;
  const effects: string[] = [];
  if (shrinks) {
    const share = builder.number(-(weightDecay as number));
    const loss = builder.binary('Mul', ownRate(update, scalars['learningRate'] as Edge), share, []);
    const keep = guarded(update, builder.binary('Add', builder.number(1), loss, []), 1);
    const shrunk = builder.binary('Mul', update.parameters, keep, [size]);
    const type = [attribute.type('dtype')];
    effects.push(builder.add('AssignVariableOp', [parameters, shrunk], type, [], after).node);
  }
  const gradient = guardedGradient(update, shrinks ? update.gradient : decayed(update));
  const none = builder.number(0);
  const inputs = [
    ...[parameters, mean, square, none, none, guarded(update, rate, 0)],
    guarded(update, builder.number(beta1 as number), 1),
    guarded(update, builder.number(beta2 as number), 1),
    builder.binary('Mul', builder.number(epsilon as number), correction, []),
    gradient,
  ];
  const attributes = [
    attribute.type('T'),
    attribute.flag('use_locking', false),
    attribute.flag('use_nesterov', false),
  ];
  const waits = [...after, ...effects];
  return [...effects, builder.add('ResourceApplyAdam', inputs, attributes, [], waits).node];
}

/** The gradient with the decay of the weights in it. */
function decayed({ builder, numbers, parameters, gradient, size }: GroupUpdate): Edge {
  const decay = numbers['weightDecay'] as number;
  if (decay === 0) return gradient;
  const share = builder.binary('Mul', parameters, builder.number(decay), [size]);
  return builder.binary('Add', gradient, share, [size]);
}

/** A rate times the factor that these parameters have for it. */
function ownRate({ builder, numbers }: GroupUpdate, rate: Edge): Edge {
  const factor = numbers['rate'] as number;
  return factor === 1 ? rate : builder.binary('Mul', rate, builder.number(factor), []);
}

/** A scalar of the rule, or what takes its effect away. */
function guarded({ builder, guard }: GroupUpdate, scalar: Edge, idle: number): Edge {
  return guard === null ? scalar : builder.select(guard, scalar, builder.number(idle), []);
}

/** Zeros where nothing may change, whatever is infinite in the gradient. */
function guardedGradient({ builder, guard, size }: GroupUpdate, gradient: Edge): Edge {
  if (guard === null) return gradient;
  const share = builder.select(guard, builder.number(1), builder.number(0), []);
  return builder.binary('MulNoNan', gradient, share, [size]);
}
