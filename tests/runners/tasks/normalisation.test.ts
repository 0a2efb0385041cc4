import '../../../runners/networks/all.ts';
import '../../../runners/distillers/all.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import { createClassificationProgram } from '../../../runners/classification/program.ts';
import {
  changeOfNormalisation,
  type NormalisationChange,
  namedNormalisations,
} from '../../../runners/data/normalisation.ts';
import { createDistiller } from '../../../runners/distillers/create.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { createNetwork } from '../../../runners/networks/registry.ts';
import { tinyRecipe } from '../training/workers.ts';

const shape = { classes: 5, inputShape: [32, 32, 3] as const };
const labels = Int32Array.from([0, 1, 2, 3]);
const bytes = RandomStream.named(1, 'test/normalisation');
const pixels = () => Array.from({ length: 4 * 32 * 32 * 3 }, () => bytes.below(256) / 255);
const views = { images: pixels(), strong: pixels() };

type Statistics = (typeof namedNormalisations)[keyof typeof namedNormalisations];

function seenIn({ mean, std }: Statistics) {
  const normalised = (values: readonly number[]) =>
    Float32Array.from(values, (value, index) => {
      const channel = (index % 3) as 0 | 1 | 2;
      return (value - mean[channel]) / std[channel];
    });
  return { images: normalised(views.images), strong: normalised(views.strong) };
}

/**
 * The terms of one step of KD, and of MLKD with its second view, for a student that answers nothing
 * but zeros.
 */
function termsOf(seen: ReturnType<typeof seenIn>, view: NormalisationChange | null) {
  const network = createNetwork('resnet8', shape);
  const teacher = createNetwork('resnet14', shape);
  const weights = initialState(teacher.params, 'teacher');
  const distillers = ['kd', 'mlkd'].map((method) =>
    createDistiller(method, {}, { student: network, teacher, trainLabels: labels }),
  );
  const program = createClassificationProgram({
    students: distillers.map((distiller) => ({ network, distiller, recipe: tinyRecipe, seed: 3 })),
    teacher: { network: teacher, weights, view },
    batch: { full: 4, tail: 0 },
    evaluation: { full: 4, tail: 0 },
    mode: 'recorded',
  });
  const state = program.program.readState();
  for (const [name, values] of Object.entries(state)) {
    if (/^(student|model)/.test(name)) values.fill(0);
  }
  program.program.writeState(state);
  const reports = program.step(
    { ...seen, labels },
    {
      learningRates: [0, 0],
      scalars: distillers.map((distiller) => distiller.scalars(30)),
      draws: [{}, {}],
    },
  );
  program.dispose();
  return reports.map(({ terms }) => terms);
}

test('a teacher of another normalisation sees pictures in its own, in both views', () => {
  const own = namedNormalisations.imagenet;
  const students = { ...namedNormalisations['cifar100-repdistiller'] };
  const view = changeOfNormalisation(students, own);
  const seen = seenIn(students);
  const [expected, turned, ignored] = [
    termsOf(seenIn(own), null),
    termsOf(seen, view),
    termsOf(seen, null),
  ];
  const differences = expected.flatMap((terms, index) =>
    Object.entries(terms).map(([term, value]) => ({
      turned: Math.abs(value - (turned[index]?.[term] as number)),
      ignored: Math.abs(value - (ignored[index]?.[term] as number)),
      size: Math.abs(value) + 1e-3,
    })),
  );
  for (const each of differences) assert.ok(each.turned < 1e-4 * each.size, JSON.stringify(each));
  assert.ok(
    differences.some((each) => each.ignored > 1e-3 * each.size),
    'the test sees nothing',
  );
});
