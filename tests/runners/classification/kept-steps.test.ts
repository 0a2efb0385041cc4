import '../../../runners/distillers/all.ts';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import { loadRecipe } from '../../../reference/recipes/loader.ts';
import { createTeacherPasses } from '../../../runners/classification/kept/passes.ts';
import { provenOutputs } from '../../../runners/classification/kept/proof.ts';
import {
  type ClassificationOptions,
  createClassificationProgram,
} from '../../../runners/classification/program.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { drawInputs } from '../../../runners/distillers/draws.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { loadNetwork } from '../../../runners/networks/registry.ts';

/*
 * A step that is given the teacher's outputs, computed elsewhere and with other pictures around
 * them, is bit by bit the step that computes them.
 */

const [batch, tail] = [16, 5];
const classes = 10;
const values = 32 * 32 * 3;

const pictures = (name: string, count: number) => {
  const noise = RandomStream.named(3, name);
  return Float32Array.from({ length: count * values }, () => noise.normal());
};

/** Losses of some steps and the state after them. */
function chain(options: ClassificationOptions, teach?: (images: Float32Array) => Float32Array) {
  const program = createClassificationProgram(options);
  const losses: unknown[] = [];
  try {
    [batch, batch, tail].forEach((size, step) => {
      const images = pictures(`step ${step}`, size);
      const strong = pictures(`strong ${step}`, size);
      const labels = Int32Array.from({ length: size }, (_, index) => index % classes);
      const indices = Int32Array.from({ length: size }, (_, index) => index);
      const drawn = options.students.map(({ distiller }) =>
        drawInputs(distiller.draws, RandomStream.named(3, `draws ${step}`), { labels, indices }),
      );
      losses.push(
        program.step(
          { images, strong, labels, ...(teach && { teacherValues: teach(images) }) },
          {
            learningRates: options.students.map(() => 0.05),
            scalars: options.students.map(({ distiller }) => distiller.scalars(1 + step)),
            draws: drawn,
          },
        ),
      );
    });
    const own = Object.keys(program.program.state).filter((name) => name.startsWith('student'));
    return { losses, state: program.program.readState(own) };
  } finally {
    program.dispose();
  }
}

async function compare(
  teacherName: string,
  methods: readonly string[],
  patches: readonly number[] | null = null,
) {
  const size = { classes, inputShape: [32, 32, 3] } as const;
  const [network, student] = await Promise.all([
    loadNetwork(teacherName, size),
    loadNetwork('resnet8', size),
  ]);
  const teacher = { network, weights: initialState(network.params, 5) };
  const recipe = loadRecipe('cifar-240', {}, 'resnet8');
  const students = methods.map((method) => ({
    network: student,
    distiller: createDistiller(method, {}, { student, teacher: network }),
    recipe,
    seed: 1,
  }));
  const needsStrong = students.some(({ distiller }) => distiller.needs.strongView === true);
  const options = { students, batch: { full: batch, tail }, evaluation: { full: 2, tail: 0 } };
  const given = { classes, patches };
  const passes = createTeacherPasses(teacher, given, [32, 32], [batch, tail]);
  try {
    const proven = provenOutputs({
      images: pictures('proof', 2 * batch),
      batch,
      others: [tail],
      outputs: passes.outputs.bind(passes),
    });
    assert.ok(typeof proven !== 'string', String(proven));
    // As a keeper computes them: at other places, among strangers, in batches of one size.
    const width = proven.length / batch;
    const teach = (images: Float32Array) => {
      const count = images.length / values;
      const all = new Float32Array(count * width);
      for (let from = 0; from < count; from += 7) {
        const some = Math.min(7, count - from);
        const padded = pictures(`strangers ${from}`, batch);
        padded.set(images.subarray(from * values, (from + some) * values), 3 * values);
        const outputs = passes.outputs(padded, batch);
        all.set(outputs.subarray(3 * width, (3 + some) * width), from * width);
      }
      return all;
    };
    const computed = chain({ ...options, teacher });
    const kept = chain({ ...options, teacher: needsStrong ? teacher : null, given }, teach);
    assert.deepEqual(kept, computed);
  } finally {
    passes.dispose();
  }
}

for (const teacher of [
  'resnet32x4',
  'resnet56',
  'wrn_40_2',
  'vgg13',
  'mobilenetv2',
  'shufflenetv1',
]) {
  it(`a step with kept outputs of ${teacher} is the step that computes them`, () =>
    compare(teacher, ['kd']));
}

it('so is a step of every method that reads logits alone', () =>
  compare('resnet8', ['dkd', 'nkd', 'kd+lskd', 'kd+ctkd', 'wttm', 'dist', 'bkd', 'ofa']));

it('so is a step of MLKD, whose strong view is computed in the step', () =>
  compare('resnet8', ['mlkd', 'mlkd+lskd']));

it("so is a step with the logits of SDD's patches", () =>
  compare('resnet8x4', ['kd+sdd', 'dkd+lskd+sdd', 'kd'], [1, 2, 4]));

it('a method that says it reads logits alone and reads more is refused', async () => {
  const size = { classes, inputShape: [32, 32, 3] } as const;
  const network = await loadNetwork('resnet8', size);
  const student = {
    network,
    distiller: createDistiller('srrl', {}, { student: network, teacher: network }),
    recipe: loadRecipe('cifar-240', {}, 'resnet8'),
    seed: 1,
  };
  const build = () =>
    createClassificationProgram({
      students: [student],
      teacher: null,
      given: { classes, patches: null },
      batch: { full: 4, tail: 0 },
      evaluation: { full: 4, tail: 0 },
    });
  assert.throws(build, /reads the teacher's pooled features|reads the teacher's classifier/);
});
