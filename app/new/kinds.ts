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

/** A data set of one's own: pictures that code makes, for whoever reads real ones to replace. */
export function datasetText(id: string): string {
  return `// A data set of your own. It is part of the numerics fingerprint of the trials that use it: edit it, and they are measured again.
//
// Pictures in files need no code that reads them. With pictureFiles instead of madePictures,
//   named: (id) => pictureFiles(id, { ...sizes, official: false, names: packed('${id}') }),
// reads and checks train/<class>/<picture> and test/<class>/<picture> of ${id} in --data DIR.
import { allocatePictures, defineDataset, madePictures, type PictureSet } from 'redistill/data';

const sizes = { title: 'What it shows, in a line', classes: 10, train: 600, test: 150, side: 32 };

export default defineDataset({
  // Pictures with one label each.
  holds: 'labels',
  id: '${id}',
  named: (id) =>
    madePictures(id, {
      ...sizes,
      // The same pictures in every call: their hash is part of every trial.
      make: () => ({
        classes: Array.from({ length: sizes.classes }, (_, label) => \`stripes-\${label + 1}\`),
        train: split(sizes.train, 1),
        test: split(sizes.test, 2),
      }),
    }),
});

/** A split: stripes under noise, as wide as the class says. */
function split(count: number, seed: number): PictureSet {
  const { side, classes } = sizes;
  const set = allocatePictures(count, side, side);
  const noise = generator(seed);
  for (let picture = 0; picture < count; picture++) {
    const label = picture % classes;
    set.labels[picture] = label;
    const start = noise();
    for (let y = 0; y < side; y++) {
      const bright = Math.floor((start + y) / (label + 1)) % 2 === 0 ? 120 : 0;
      // A pixel is three bytes: red, green and blue, row by row.
      const row = (picture * side + y) * side * 3;
      for (let at = row; at < row + side * 3; at++) set.pixels[at] = bright + noise();
    }
  }
  return set;
}

/** Numbers from 0 to 127 that depend on the seed alone (Math.random would differ in every call). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 25;
  };
}
`;
}

/** What tells Redistill of them: found in the folder of a command, or above it. */
export function configText(plugin: string, suite: string): string {
  return `# What this repository adds to Redistill's methods, networks, data sets, recipes and suites.
plugins: [${plugin}]
suites: [${suite}]
`;
}
