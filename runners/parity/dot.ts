import type { Scalar } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import { dot } from '../engine/optim/index.ts';
import { tf } from '../engine/tensorflow.ts';
import type { TensorMap } from '../engine/types.ts';
import { GoldenNode } from './golden.ts';
import type { Mode } from './networks.ts';
import { constant, type SmallProblem, trajectory } from './optim.ts';
import { Comparison, relativeTolerance } from './tolerance.ts';

/**
 * DOT against its authors' optimizer on two losses, of which one parameter is in both, and two are
 * in one each: losses before and parameters after every step.
 */
export const dotCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const problem = twoLosses(root);
    return root
      .get('runs')
      .list()
      .map((run) => compareRun(file.path, run, problem, mode));
  };

function compareRun(path: string, run: GoldenNode, problem: SmallProblem, mode: Mode): ParityCase {
  const hyper = run.get('hyper');
  const number = (name: string) => hyper.get(name).number();
  const optimizer = dot({
    momentum: number('momentum'),
    delta: number('delta'),
    weightDecay: number('weight_decay'),
  });
  const comparison = new Comparison(path, run.get('name').text());
  const losses = run.get('losses_before_each_step').list();
  const steps = run.get('params_after_each_step').list();
  const own = trajectory(problem, optimizer, number('lr'), steps.length, mode);
  const tolerance = relativeTolerance(0, 1);
  const expected = losses.map((each) => each.get('task').number());
  comparison.array('losses', own.losses, expected, tolerance);
  for (const [step, params] of steps.entries()) {
    for (const [name, values] of params.entries()) {
      comparison.array(
        `${name} after step ${step + 1}`,
        own.params[step]?.[name] ?? [],
        values.tensor().data,
        tolerance,
      );
    }
  }
  return comparison.result();
}

/** Sums of a / 2 (p - b)^2 over the parameters of each loss. */
function twoLosses(root: GoldenNode): SmallProblem {
  const loss = (kind: string) => {
    const parts = root.get('coefficients').get(kind).entries();
    return (params: TensorMap) =>
      tf.addN(
        parts.map(([name, part]) => {
          const [a, b] = [part.get('a').tensor(), part.get('b').tensor()];
          const squares = tf.squaredDifference(params[name] as Scalar, constant(b));
          return tf.mul(tf.sum(tf.mul(squares, constant(a))), 0.5);
        }),
      ) as Scalar;
  };
  return {
    initial: Object.fromEntries(
      root
        .get('initial')
        .entries()
        .map(([name, each]) => [name, each.tensor()]),
    ),
    loss: loss('task'),
    distilled: loss('kd'),
  };
}
