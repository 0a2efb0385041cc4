import type { EnvironmentRow } from '../../results/queries.ts';
import { duration, moment, plural, shortHash } from '../format.ts';
import type { TableModel, TrialModel } from '../model/table-model.ts';
import { recipeChanges } from '../recipe-words.ts';
import { scaleWords } from './words.ts';

/** A fact about how something was measured. `code` is shown in a fixed-width face. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly code?: boolean;
}

/** Under which conditions a table was measured: what a reader needs before the numbers. */
export function conditionsOf(
  table: TableModel,
  environments: readonly EnvironmentRow[],
): readonly Fact[] {
  const { trials } = table;
  const students = trials.filter(({ spec }) => spec.role === 'student');
  const seeds = [
    ...new Set((students.length > 0 ? students : trials).map(({ spec }) => spec.seed)),
  ];
  const data = new Set(
    trials.map(({ spec }) => `${spec.data.dataset} (${shortHash(spec.data.hash)})`),
  );
  const recipes = new Set(
    trials.map(({ spec }) => `${spec.recipe.name}, ${plural(spec.recipe.epochs, 'epoch')}`),
  );
  const used = usedEnvironments(trials, environments);
  return [
    { name: 'Scale', value: scaleWords[table.plan.scale] },
    { name: 'Trials', value: trialCounts(trials) },
    { name: 'Seeds', value: seeds.sort((one, other) => one - other).join(', ') || 'none' },
    { name: 'Data', value: [...data].sort().join('; ') || 'none' },
    { name: 'Recipe', value: [...recipes].sort().join('; ') || 'none' },
    ...overrides(trials),
    { name: 'Hardware', value: distinct(used, hardwareWords) },
    {
      name: 'Software',
      value: distinct(
        used,
        ({ tensorflow, node }) => `TensorFlow ${tensorflow}, Node ${nodeVersion(node)}`,
      ),
    },
    ...times(trials),
  ];
}

/**
 * What the suite changed of its recipes, and for which networks where not for all of a recipe's.
 */
function overrides(trials: readonly TrialModel[]): readonly Fact[] {
  const networks = Map.groupBy(trials, ({ spec }) => spec.recipe.name);
  const changed = Map.groupBy(
    trials.flatMap(({ spec }) =>
      recipeChanges(spec.recipe, spec.model).map((change) => ({
        text: `${spec.recipe.name}: ${change}`,
        recipe: spec.recipe.name,
        model: spec.model,
      })),
    ),
    ({ text }) => text,
  );
  const facts = [...changed].map(([text, alike]) => {
    const all = networks.get(alike[0]?.recipe as string)?.length === alike.length;
    const models = [...new Set(alike.map(({ model }) => model))].sort();
    return all ? text : `${text} (${models.join(', ')})`;
  });
  return facts.length === 0 ? [] : [{ name: 'Overrides', value: facts.sort().join('; ') }];
}

export function hardwareWords(
  environment: Pick<EnvironmentRow, 'cpu' | 'cores' | 'gpu' | 'memoryGiB'>,
): string {
  const { cpu, cores, gpu, memoryGiB } = environment;
  const machine = `${cpu}, ${plural(cores, 'core')}, ${Math.round(memoryGiB)} GiB`;
  return gpu === null ? machine : `${gpu}; ${machine}`;
}

/** The environments of the runs that stand for these trials, in the order of the trials. */
export function usedEnvironments(
  trials: readonly TrialModel[],
  environments: readonly EnvironmentRow[],
): readonly EnvironmentRow[] {
  const byHash = new Map(environments.map((row) => [row.environment, row]));
  const used = new Set(trials.flatMap(({ run }) => (run === null ? [] : [run.environment])));
  return [...used].map((hash) => byHash.get(hash)).filter((row) => row !== undefined);
}

/** Without the `v` that Node puts before its version. */
export function nodeVersion(version: string): string {
  return version.replace(/^v/, '');
}

function distinct(
  environments: readonly EnvironmentRow[],
  words: (environment: EnvironmentRow) => string,
): string {
  return [...new Set(environments.map(words))].sort().join('; ') || 'nothing measured yet';
}

function trialCounts(trials: readonly TrialModel[]): string {
  const states = new Map<string, number>();
  for (const { run } of trials) {
    const state = run?.state ?? 'not run';
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  const completed = states.get('completed') ?? 0;
  const others = [...states]
    .filter(([state]) => state !== 'completed')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([state, count]) => `, ${count} ${state}`);
  return `${completed} of ${trials.length} completed${others.join('')}`;
}

function times(trials: readonly TrialModel[]): readonly Fact[] {
  const runs = trials.map(({ run }) => run).filter((run) => run !== null);
  if (runs.length === 0) return [];
  const seconds = wallSeconds(
    runs.map(({ startedAt, updatedAt }) => [
      Date.parse(startedAt) / 1000,
      Date.parse(updatedAt) / 1000,
    ]),
  );
  const first = runs.map(({ startedAt }) => startedAt).sort()[0] as string;
  const last = runs
    .map(({ updatedAt }) => updatedAt)
    .sort()
    .at(-1) as string;
  return [
    { name: 'Wall time', value: `${duration(seconds)} (trials that ran side by side count once)` },
    { name: 'Measured', value: `${moment(first)} to ${moment(last)}` },
  ];
}

/**
 * Length of the union of intervals, in their unit: time in which at least one trial was running.
 */
export function wallSeconds(intervals: readonly (readonly [number, number])[]): number {
  let total = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const [start, end] of [...intervals].sort(([one], [other]) => one - other)) {
    total += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return total;
}
