import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { guardGradient } from './row-op.ts';
import type { ActingPlugin, LogitLoss, PatchLogits, PluginStep, WeightedRows } from './types.ts';

/** What the loss of one step is made from. */
export interface LogitSource {
  /** [B, classes] */
  readonly student: Tensor2D;
  readonly teacher: Tensor2D;
  /** [B] int32 */
  readonly labels: Tensor1D;
  patches(levels: readonly number[]): { student: PatchLogits; teacher: PatchLogits };
  param(name: string): Tensor;
  scalar(name: string): Scalar;
  monitor(name: string, value: Scalar): void;
}

/**
 * The distillation loss of a method behind its plug-ins, without the distillation weight and
 * warm-up: plug-ins change the rows one after the other, the method gives a loss per row, and the
 * loss is sum(weight * row) / R.
 */
export function logitLoss(
  method: Pick<LogitLoss, 'rowLoss' | 'temperature'>,
  plugins: readonly ActingPlugin[],
  source: LogitSource,
): Scalar {
  const steps = plugins.map((plugin) => pluginStep(plugin, source));
  const plain: WeightedRows = {
    student: source.student,
    teacher: source.teacher,
    target: source.labels,
    temperature: tf.scalar(method.temperature ?? 1),
    weights: null,
  };
  const rows = plugins.reduce(
    (before, plugin, index) => plugin.rows(before, steps[index] as PluginStep),
    plain,
  );
  const losses = method.rowLoss(rows.guarded === true ? guarded(rows) : rows);
  const total: Scalar =
    rows.weights === null
      ? tf.mean(losses)
      : tf.div(tf.sum(tf.mul(losses, rows.weights)), losses.shape[0]);
  return plugins.reduce(
    (before, plugin, index) => plugin.total(before, steps[index] as PluginStep),
    total,
  );
}

function guarded(rows: WeightedRows): WeightedRows {
  return {
    ...rows,
    student: guardGradient(rows.student),
    temperature: guardGradient(rows.temperature as Tensor) as Scalar,
  };
}

function pluginStep({ patches }: ActingPlugin, source: LogitSource): PluginStep {
  return {
    patches: () => source.patches(patches ?? []),
    param: source.param,
    scalar: source.scalar,
    monitor: source.monitor,
  };
}
