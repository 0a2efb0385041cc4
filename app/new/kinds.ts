/** A method of one's own: the temperature-scaled KL divergence, to be replaced by an idea. */
export function methodText(id: string): string {
  return `// A method of your own. It is part of the numerics fingerprint of the trials that use it: edit it, and they are measured again.
import { defineMethod, divergence, option, tf, timesSquare } from 'redistill/kinds';

const source = 'ours';

export default defineMethod({
  // A method of logits: LSKD, SDD and CTKD act on it (${id}+lskd). 'network' sees features.
  kind: 'logits',
  id: '${id}',
  title: 'What it is, in a line',
  reference: { paper: 'unpublished', equations: 'T^2 KL(teacher || student)', official: 'this file' },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', source),
    kdWeight: option.weight(1, 'Weight of the distillation loss', source),
    temperature: option.temperature(4, source),
  },
  // [rows]: a loss per picture. No JavaScript randomness and no shape that depends on data.
  rowLoss: ({ student, teacher, temperature }) => {
    const [soft, target] = [tf.div(student, temperature), tf.div(teacher, temperature)];
    return timesSquare(divergence(soft, target), temperature);
  },
});
`;
}

/** A network of one's own: two convolutions and a classifier. */
export function networkText(id: string): string {
  return `// A network of your own. It is part of the numerics fingerprint of the trials that use it: edit it, and they are measured again.
import { classifierOf, defineNetwork, ModuleScope, ops } from 'redistill/kinds';

export default defineNetwork({
  id: '${id}',
  build(name, { classes, inputShape }) {
    // Tensors are declared under the names and in the order of PyTorch's state_dict.
    const scope = new ModuleScope();
    const first = scope.convNorm('conv1', 'bn1', { inputs: inputShape[2], outputs: 16, kernel: 3, stride: 2, padding: 1 });
    const second = scope.convNorm('conv2', 'bn2', { inputs: 16, outputs: 32, kernel: 3, stride: 2, padding: 1 });
    const classifier = scope.linear('fc', 32, classes);
    return {
      name,
      classes,
      inputShape,
      params: scope.params,
      forward(context, images) {
        const one = first(context, images);
        const small = ops.relu(one);
        const two = second(context, small);
        const lastMap = ops.relu(two);
        const pooled = ops.globalAverage(lastMap);
        const classify = classifierOf(classifier, context);
        return {
          logits: classify(pooled),
          features: [small, lastMap],
          preactFeatures: [one, two],
          pooled,
          lastMap,
          classify,
        };
      },
    };
  },
});
`;
}

/** What tells Redistill of them: found in the folder of a command, or above it. */
export function configText(plugin: string, suite: string): string {
  return `# What this repository adds to Redistill's methods, networks, data sets, recipes and suites.
plugins: [${plugin}]
suites: [${suite}]
`;
}
