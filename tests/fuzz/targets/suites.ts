import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import type { Plan } from '../../../contract/plan-types.ts';
import { type Scale, type TrialSpec, trialId } from '../../../contract/spec.ts';
import { listSuites, parseSuite } from '../../../suites/load.ts';
import { planSuite } from '../../../suites/plan.ts';
import { contextWith } from '../../suites/real-context.ts';
import { corpusTexts } from '../corpus.ts';
import { jsonText, mutateJson, mutateText, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, readOrRefused } from '../target.ts';

const folder = join(import.meta.dirname, '../../../suites');
const whole = [
  ...listSuites().map((name) => readFileSync(join(folder, `${name}.yaml`), 'utf8')),
  ...corpusTexts('suites'),
];
const trees = whole.flatMap((text) => {
  try {
    return [parse(text) as unknown];
  } catch {
    return [];
  }
});
const words = [
  ...[
    'id: ',
    'rows:\n',
    'columns:\n',
    'scales:\n',
    '  - ',
    ': ',
    '{}',
    '[]',
    '&a ',
    '*a',
    '<<: *a',
    '!!js/function ',
  ],
  ...[
    '- {name: KD, method: kd}\n',
    'hyper: {temperature: .inf}',
    'seeds: [1, 1]',
    '? ',
    '|\n',
    '>-\n',
    '%YAML 1.1\n',
  ],
  ...[
    '0x10',
    '1e400',
    '.nan',
    '99999999999999999999',
    'overrides:\n',
    'recipe: {epochs: 0}',
    'exclude:\n',
    '# ',
    '"',
    "'",
  ],
];

const context = (task: Parameters<typeof contextWith>[0]) =>
  contextWith(task, {
    cifar100: 50_000,
    cifar10: 50_000,
    imagenet: 1_281_167,
    embedded: 2000,
    coco2017: 118_287,
    cityscapes: 2975,
    'embedded-detection': 64,
    'embedded-segmentation': 64,
  });
const contexts = {
  classification: context('classification'),
  detection: context('detection'),
  segmentation: context('segmentation'),
};

interface Input {
  readonly scale: Scale;
  readonly form: 'text' | 'json' | 'yaml';
  readonly recipe: Recipe;
}

function textOf({ form, recipe }: Input): string {
  if (form === 'text') return mutateText(whole, recipe, words);
  const tree = mutateJson(trees, recipe);
  if (form === 'json') return jsonText(tree);
  try {
    return stringify(tree);
  } catch {
    return jsonText(tree);
  }
}

export const target: FuzzTarget<Input> = {
  name: 'suites',
  short: 60,
  inputs: () =>
    fc.record({
      scale: fc.constantFrom('smoke', 'proxy', 'paper'),
      form: fc.constantFrom('text', 'json', 'yaml'),
      recipe: recipes(),
    }),
  show: (input) => Buffer.from(textOf(input)),
  run: (input) => {
    const text = textOf(input);
    return readOrRefused(
      'fuzz.yaml',
      () => parseSuite('fuzz.yaml', text),
      async (suite) => {
        await readOrRefused(
          'fuzz.yaml',
          () => planSuite(suite, input.scale, contexts[suite.definition.task]),
          checkPlan,
        );
      },
    );
  },
};

export function checkPlan(plan: Plan): void {
  expect(plan.cells.length > 0 && plan.cells.length <= 20_000, 'a plan has 1 to 20,000 cells');
  const known = new Set(plan.trials.map(({ id }) => id));
  expect(known.size === plan.trials.length, 'no trial stands twice');
  for (const { id, spec } of plan.trials.slice(0, 10)) {
    expect(trialId(spec) === id, 'a trial has the identity of its specification');
  }
  for (const { spec, after, steps, gate } of plan.trials) {
    expect(
      after.every((other) => known.has(other)),
      'a trial waits for planned trials',
    );
    expect(Number.isSafeInteger(steps) && steps >= least(spec), `a trial has ${steps} steps`);
    expect(gate === null || (gate >= 0 && gate <= 100), `a gate is ${gate}`);
    checkSpec(spec);
  }
  for (const cell of plan.cells) {
    expect(
      cell.trials.every((trial) => known.has(trial)),
      'a cell has planned trials',
    );
    expect(cell.notRun === null || cell.trials.length === 0, 'what is not run has no trials');
  }
}

/** The least epochs and steps of a trial: an imported teacher is measured and not trained. */
const least = ({ role, teacher }: TrialSpec) => (role === 'teacher' && teacher !== null ? 0 : 1);

export function checkSpec(spec: TrialSpec): void {
  const { seed, recipe, hyper } = spec;
  expect(Number.isSafeInteger(seed) && seed >= 0, `a seed is ${seed}`);
  checkFinite(recipe, 'recipe');
  checkFinite(hyper, 'hyper');
  const { epochs } = recipe;
  expect(Number.isSafeInteger(epochs) && epochs >= least(spec), `${epochs} epochs`);
  expect(
    Number.isSafeInteger(recipe.batchSize) && recipe.batchSize > 0,
    `batches of ${recipe.batchSize}`,
  );
}

/** Every number within is finite. */
export function checkFinite(value: unknown, name: string): void {
  if (typeof value === 'number') expect(Number.isFinite(value), `${name} is ${value}`);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) checkFinite(part, `${name}.${key}`);
  }
}
