import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import { linear } from '../engine/ops/index.ts';
import { adamW, lamb, learningRate, type Optimizer, sgd } from '../engine/optim/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { decays } from '../tasks/optimise.ts';
import { GoldenNode, type GoldenTensor } from './golden.ts';
import type { Mode } from './networks.ts';
import { type SmallProblem, trajectory } from './optim.ts';
import { Comparison, relativeTolerance } from './tolerance.ts';

/** timm's rates of every epoch for OFAKD's configurations, warm-up and cosine or steps. */
export const timmScheduleCheck: ParityCheck = (file) =>
  GoldenNode.of(file)
    .get('cases')
    .list()
    .map((node) => scheduleCase(file.path, node));

function scheduleCase(path: string, node: GoldenNode): ParityCase {
  const hyper = node.get('hyper');
  const number = (name: string) => hyper.get(name).number();
  const epochs = number('epochs');
  const common = {
    warmupEpochs: number('warmup_epochs'),
    warmup: { by: 'epoch', startLr: number('warmup_lr') },
  } as const;
  // timm's steps have no floor, although a configuration may state one.
  const minLr = number('min_lr');
  const every = hyper.optional('decay_epochs')?.number() ?? 0;
  const recipe = {
    epochs,
    optimizer: { lr: number('lr') },
    schedule:
      hyper.get('sched').text() === 'cosine'
        ? ({ kind: 'cosine', minLr, ...common } as const)
        : ({
            kind: 'multistep',
            // train.py's default, where a configuration has none.
            gamma: hyper.optional('decay_rate')?.number() ?? 0.1,
            milestones: Array.from(
              { length: Math.floor(epochs / every) },
              (_, index) => (index + 1) * every,
            ),
            ...common,
          } as const),
  };
  const expected = node.get('lr').numbers();
  const comparison = new Comparison(path, node.get('name').text());
  comparison.equal('the number of epochs', expected.length, node.get('num_epochs').number());
  const own = Array.from(expected, (_, epoch) => learningRate(recipe, epoch + 1, 0, 1));
  return comparison.array('rates', own, expected, 1e-8).result();
}

/** timm's optimizers on a small network, whose biases do not decay. */
export const timmOptimizerCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const problem = network(root);
    const steps = root.get('steps').number();
    return root
      .get('cases')
      .list()
      .map((node) => {
        const comparison = new Comparison(file.path, node.get('opt').text());
        const rate = node.get('given').get('lr').number();
        const own = trajectory(problem, optimizerOf(node), rate, steps, mode);
        const losses = node.get('losses').numbers();
        const double = node.get('losses_f64').numbers();
        const noise = Math.max(
          ...Array.from(losses, (loss, step) => Math.abs(loss - (double[step] as number))),
        );
        const tolerance = relativeTolerance(noise, Math.max(...losses));
        comparison.array('losses', own.losses, losses, tolerance);
        node
          .get('params_after')
          .list()
          .forEach((each, index) => {
            const { data } = each.tensor();
            const last = own.params.at(-1)?.[`${index}`] ?? [];
            comparison.array(`parameter ${index}`, last, data, 1e-5);
          });
        return comparison.result();
      });
  };

/** Two linear layers with tanh between; the parameters are 0 to 3, in PyTorch's layout. */
function network(root: GoldenNode): SmallProblem {
  const [x, y] = ['x', 'y'].map((name) => root.get('inputs').get(name).tensor()) as [
    GoldenTensor,
    GoldenTensor,
  ];
  const params = root
    .get('params')
    .list()
    .map((each) => each.tensor());
  const matrix = ({ shape, data }: GoldenTensor) =>
    tf.tensor2d(Float32Array.from(data), shape as [number, number]);
  return {
    initial: Object.fromEntries(params.map((each, index) => [`${index}`, each])),
    decays: (torchShape) =>
      decays({ decays: 'matrices' } as Parameters<typeof decays>[0], {
        torchShape,
        kind: 'weight',
        name: 'weight',
      }),
    loss: (given) => {
      const layer = (input: Tensor2D, weight: string, bias: string) =>
        linear(input, tf.transpose(given[weight] as Tensor2D), given[bias] as never);
      const hidden = tf.tanh<Tensor2D>(layer(matrix(x), '0', '1'));
      return tf.mean(tf.squaredDifference(layer(hidden, '2', '3'), matrix(y)));
    },
  };
}

function optimizerOf(node: GoldenNode): Optimizer {
  const [given, defaults] = [node.get('given'), node.get('defaults')];
  const weightDecay = given.get('weight_decay').number();
  const name = node.get('opt').text();
  if (name === 'sgd' || name === 'momentum') {
    return sgd({
      momentum: given.get('momentum').number(),
      nesterov: name === 'sgd',
      weightDecay,
    });
  }
  const [beta1, beta2] = Array.from(defaults.get('betas').numbers()) as [number, number];
  const hyper = { beta1, beta2, epsilon: defaults.get('eps').number(), weightDecay };
  if (name === 'adamw') return adamW(hyper);
  if (name === 'lamb') return lamb(hyper);
  throw node.malformed('is of an optimizer that this check does not know');
}
