import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../../common/random.ts';
import type { Hyper, Recipe, TrialSpec } from '../../../../contract/spec.ts';
import { taskModule } from '../../../../runners/catalogue/tasks.ts';
import { allDenseMethods as denseMethods } from '../../../../runners/distillers/all.ts';
import type { DenseFamily } from '../../../../runners/distillers/dense/types.ts';
import { plannedDenseHyper } from '../../../../runners/distillers/planned-hyper.ts';
import { initialState } from '../../../../runners/networks/init.ts';
import { sceneRecipe, sceneTrial, trainEpoch } from '../../tasks/scenes.ts';
import { changesOf, firstDifference, type Visible } from '../changed-hyper.ts';

interface Setting {
  readonly task: 'detection' | 'segmentation';
  readonly family: DenseFamily;
  readonly student: string;
  readonly teacher: string;
  readonly input: NonNullable<Recipe['input']>;
  /** By method, where it needs larger pictures. */
  readonly inputs?: Readonly<Record<string, NonNullable<Recipe['input']>>>;
  /** Hyper-parameters that a method needs beside those that are changed. */
  readonly small?: Readonly<Record<string, Hyper>>;
  readonly visible: Readonly<Record<string, Readonly<Record<string, Visible>>>>;
  /** What the plan must refuse in this family whatever is beside it. */
  readonly refused: Readonly<Record<string, readonly string[]>>;
}

const fewer: Visible = { value: 2, because: 'five levels are all that there are' };
const extreme: Visible = {
  beside: { temperature: 0.001 },
  because: 'the forms differ where a probability underflows',
};

const begun = { warmupSteps: 0 };
const afterwards: Visible = {
  from: 2,
  because: 'the student moves before the discriminator',
};

const settings: readonly Setting[] = [
  {
    task: 'detection',
    family: 'anchor-based',
    student: 'retinanet-r18w16-fpn32',
    teacher: 'retinanet-r18w16-fpn32',
    input: { kind: 'keep-ratio', long: 64, short: 64 },
    visible: {
      cwd: { levels: fewer, form: extreme },
      fitnet: { levels: fewer },
      fgd: { levels: fewer },
      fkd: { levels: fewer },
      fgfi: {
        weight: { beside: begun, because: 'there is no loss in the first 400 steps' },
        share: { value: 0.9, beside: begun, because: 'the boxes of the scenes are large' },
        boxes: { beside: begun, because: 'there is no loss in the first 400 steps' },
        adaptation: { beside: begun, because: 'there is no loss in the first 400 steps' },
        warmupSteps: { value: 0, because: 'only two steps are made' },
        levels: {
          ...{ value: 1, beside: { ...begun, boxes: 'all' } },
          because: 'the boxes of a picture belong to one or two of the levels',
        },
      },
      mgd: { levels: fewer },
    },
    refused: { mgd: ['logitWeight', 'logitTemperature'] },
  },
  {
    task: 'segmentation',
    family: 'segmenter',
    student: 'pspnet-r18w8-d8',
    teacher: 'pspnet-r18w16-d8',
    input: { kind: 'scale-crop', long: 64, short: 64, ratio: [1, 1], crop: [32, 32] },
    // Two strides of the discriminator take maps of 16 x 16.
    inputs: {
      ho: { kind: 'scale-crop', long: 128, short: 128, ratio: [1, 1], crop: [128, 128] },
    },
    small: { ho: { strides: 1, width: 8, weight: 1 } },
    visible: {
      cwd: {
        connector: { beside: { on: 'features' }, because: 'logits need no connector' },
        form: extreme,
      },
      fitnet: { levels: fewer },
      mgd: { levels: fewer },
      ho: {
        penalty: { ...afterwards, value: 0, because: 'the first step of Adam goes by signs' },
        rate: afterwards,
      },
    },
    refused: { cwd: ['levels'], fitnet: ['levels'], mgd: ['levels'] },
  },
];

/** Losses of each step of one epoch of students that differ in their hyper-parameters alone. */
async function losses(
  { task, student, teacher, input, inputs }: Setting,
  method: string,
  hypers: readonly Hyper[],
): Promise<readonly (readonly number[])[]> {
  const recipe: Recipe = { ...sceneRecipe, dropLast: true, input: inputs?.[method] ?? input };
  const specs = hypers.map((hyper) => sceneTrial({ task, model: student, method, hyper, recipe }));
  const data = await (await taskModule(task)).load(specs[0] as TrialSpec, null);
  const network = await data.network(teacher);
  const weights = initialState(network.params, 'teacher');
  const prepared = await data.prepare({ specs, teacher: { network, weights }, mode: 'eager' });
  try {
    const program = prepared.createProgram(hypers.map((_, index) => index));
    const streams = hypers.map(() => RandomStream.named(5, 'method/test'));
    const reports = await trainEpoch(prepared, program, streams);
    program.dispose();
    return hypers.map((_, index) => reports.map((step) => step[index]?.total as number));
  } finally {
    await prepared.close();
  }
}

for (const setting of settings) {
  describe(`methods of ${setting.task}`, () => {
    for (const method of denseMethods) {
      const { id, options } = method;
      if (Object.keys(options).length === 0 || method.refuses(setting.family) !== null) continue;
      it(`${id}: every hyper-parameter changes the loss, or is refused`, async () => {
        const changes = changesOf(
          options,
          (overrides) =>
            plannedDenseHyper(
              method,
              { family: setting.family, kind: null },
              { ...setting.small?.[id], ...overrides },
            ),
          setting.visible[id] ?? {},
          setting.refused[id],
        );
        const measured = await losses(
          setting,
          id,
          changes.flatMap(({ before, after }) => [before, after]),
        );
        const found = changes.map(({ name }, index) => [
          name,
          firstDifference(
            measured[2 * index] as readonly number[],
            measured[2 * index + 1] as readonly number[],
          ),
        ]);
        assert.deepEqual(
          Object.fromEntries(found),
          Object.fromEntries(changes.map(({ name, from }) => [name, from])),
        );
      });
    }
  });
}
