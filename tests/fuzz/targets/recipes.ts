import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { parseSuite } from '../../../suites/load.ts';
import { planSuite } from '../../../suites/plan.ts';
import { contextWith } from '../../suites/real-context.ts';
import { jsonText, mutateJson, type Recipe, recipes } from '../mutate.ts';
import { type FuzzTarget, readOrRefused } from '../target.ts';
import { checkPlan } from './suites.ts';

/** The protocols of this project, which overrides may look like in any part. */
const { recipes: named } = parse(
  readFileSync(join(import.meta.dirname, '../../../reference/recipes/recipes.yaml'), 'utf8'),
) as {
  readonly recipes: Readonly<
    Record<string, { readonly protocol: object; readonly models?: unknown }>
  >;
};
const protocols = [
  { epochs: 3 },
  { optimizer: { lr: 0.1 } },
  { schedule: { milestones: [1, 2] }, epochs: 3 },
  ...Object.values(named).map(({ protocol }) => protocol),
];
const names = Object.keys(named);
const context = contextWith('classification', { embedded: 2000, cifar100: 50_000 });

interface Input {
  readonly name: string;
  readonly recipe: Recipe;
}

function textOf({ name, recipe }: Input): string {
  const overrides = mutateJson(protocols, recipe);
  const suite = {
    schemaVersion: 1,
    id: 'fuzz',
    title: 'Overrides',
    task: 'classification',
    noReference: 'none prints this',
    metrics: { top1: { margin: 0.5 } },
    columns: [{ id: 'pair', teacher: 'resnet20', student: 'resnet8' }],
    rows: [{ name: 'KD', method: 'kd' }],
    overrides: [{ recipe: overrides }],
    scales: {
      proxy: { dataset: 'embedded', recipe: name, seeds: [1, 2], notComparable: 'small' },
    },
  };
  try {
    return stringify(suite);
  } catch {
    return jsonText(suite);
  }
}

export const target: FuzzTarget<Input> = {
  name: 'recipes',
  short: 100,
  inputs: () => fc.record({ name: fc.constantFrom(...names), recipe: recipes(5) }),
  show: (input) => Buffer.from(textOf(input)),
  run: (input) => {
    const text = textOf(input);
    return readOrRefused(
      'fuzz.yaml',
      () => planSuite(parseSuite('fuzz.yaml', text), 'proxy', context),
      checkPlan,
    );
  },
};
