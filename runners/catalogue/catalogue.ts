import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import type { Hyper, HyperValue, InputRecipe, Recipe, Task } from '../../contract/spec.ts';
import { classificationRecipe } from '../classification/recipe.ts';
import { detectionRecipe } from '../detection/recipe.ts';
import { detectorNames } from '../detection/registry.ts';
import { expandAliases } from '../distillers/aliases.ts';
import { denseMethod, denseMethodId } from '../distillers/dense/create.ts';
import { denseMethods } from '../distillers/dense/registry.ts';
import { needsOneLabel, placedOptions } from '../distillers/hyper.ts';
import { parseMethod } from '../distillers/method-id.ts';
import type { Options } from '../distillers/option-types.ts';
import { oneSpelling } from '../distillers/option-values.ts';
import { plannedDenseHyper, plannedHyper } from '../distillers/planned-hyper.ts';
import { findMethod, loadMethods, methods, plugins } from '../distillers/registry.ts';
import { networkNames } from '../networks/registry.ts';
import { segmentationRecipe } from '../segmentation/recipe.ts';
import { segmenterNames } from '../segmentation/registry.ts';
import type { PlannedPair } from '../tasks/planned-pair.ts';
import {
  type RecipeUse,
  type TrainingSetting,
  type UnusedField,
  unusedField,
} from '../tasks/recipe-use.ts';
import type { TaskMetrics } from '../tasks/task-metrics.ts';
import { denseFamilyOf, denseKindOf } from './dense-networks.ts';
import { checkClassifiers, checkDense } from './fit.ts';
import { dropsPaths } from './known-shapes.ts';
import { taskMetrics } from './metrics.ts';
import { trainableTasks } from './tasks.ts';

/** A method as a row of a suite or table names it. */
export interface PrintedMethod {
  readonly name: string;
  /** Key of the paper whose table the name is from: it decides what `Ours` means. */
  readonly paper: string | undefined;
}

/**
 * What planning and reports must know of a task; nothing here loads TensorFlow. What is said of a
 * method needs that method loaded.
 */
export interface TaskCatalogue {
  /**
   * Loads the methods that these names mean, and what trains teachers. A name that means none is
   * left to `parseMethod`.
   */
  loadMethods(printed: readonly PrintedMethod[]): Promise<void>;
  /** Whether trainings of the task are implemented. Its tables can be declared all the same. */
  readonly trained: boolean;
  readonly networks: readonly string[];
  /** What its data sets hold: a label per picture, or boxes, masks and label maps. */
  readonly data: 'labels' | 'scenes';
  /** Ids of methods and plug-ins. */
  readonly methodNames: readonly string[];
  /**
   * Canonical id of a method. @param paper key of the paper whose table the name is from.
   * @throws UsageError `METHOD_UNKNOWN`, `METHOD_COMBINATION`
   */
  parseMethod(name: string, paper: string | undefined): { readonly id: string };
  /**
   * Every hyper-parameter of a method, defaults written out; some depend on the network of the
   * student.
   * @throws UsageError `HYPER_UNKNOWN`, `HYPER_VALUE`, `HYPER_IDLE`, `METHOD_NETWORKS`
   */
  resolveHyper(method: string, overrides: Hyper, network: string): Hyper;
  /** The one spelling of a hyper-parameter's value, where several mean the same. */
  spelledHyper(method: string, name: string, value: HyperValue): HyperValue;
  /** Whether a method distils from a teacher. */
  needsTeacher(method: string): boolean;
  /** Whether a method learns from a strong view of every picture beside the usual one. */
  needsStrongView(method: string): boolean;
  /**
   * Refuses a pair that a training of the method would refuse when it is prepared, as far as sizes
   * are known without a forward pass.
   * @throws UsageError `METHOD_NETWORKS`; `RECIPE_FIELD` where `initStudent` has no effect
   */
  checkPair(pair: PlannedPair): void;
  /**
   * The ways in which its trainings can make pictures the network's input; without a recipe's
   * `input` they all can.
   */
  readonly inputs: readonly InputRecipe['kind'][];
  /** What its trainings do with every field of a recipe. */
  readonly recipeUse: RecipeUse;
  /**
   * The first field of a recipe that would have no effect in such a training; null where all have
   * one.
   */
  unusedField(recipe: Recipe, setting: TrainingSetting): UnusedField | null;
  readonly metrics: TaskMetrics;
}

/** What is known of a network's residual branches. */
function withBranches({ name }: { readonly name: string }) {
  const drops = dropsPaths(name);
  return { name, ...(drops !== null && { dropsPaths: drops }) };
}

const classification: TaskCatalogue = {
  trained: trainableTasks.includes('classification'),
  data: 'labels',
  get networks() {
    return networkNames();
  },
  get methodNames() {
    return [...methods.ids, ...plugins.ids];
  },
  loadMethods: (printed) =>
    loadMethods(['none', ...printed.flatMap(({ name, paper }) => expandAliases(name, paper))]),
  parseMethod: (name, paper) => parseMethod(name, { paper }),
  resolveHyper: (method, overrides) => plannedHyper(parseMethod(method), overrides),
  spelledHyper: (method, name, value) =>
    spelledAs(placedOptions(parseMethod(method)).options, name, value),
  needsTeacher: (method) => findMethod(parseMethod(method).method)?.kind !== 'plain',
  needsStrongView: (method) => {
    const found = findMethod(parseMethod(method).method);
    return found?.kind === 'network' && found.strongView === true;
  },
  checkPair: checkClassifiers,
  inputs: ['random-resized-crop', 'random-crop'],
  recipeUse: classificationRecipe,
  unusedField: (recipe, setting) =>
    unusedField(recipe, 'classification', classificationRecipe, {
      ...setting,
      ...(setting.network !== undefined && { network: withBranches(setting.network) }),
      oneLabel: needsOneLabel(parseMethod(setting.method)),
      pictures: findMethod(parseMethod(setting.method).method)?.pictures ?? 'apart',
    }),
  metrics: taskMetrics.classification,
};

/** Detection and segmentation share their methods. */
function dense(
  task: Task,
  networks: () => readonly string[],
  own: Pick<TaskCatalogue, 'inputs' | 'recipeUse'>,
): TaskCatalogue {
  return {
    trained: trainableTasks.includes(task),
    data: 'scenes',
    get networks() {
      return networks();
    },
    get methodNames() {
      return denseMethods.ids;
    },
    loadMethods: async (printed) => {
      await denseMethods.load(['none', ...printed.map(({ name }) => denseMethodId(name))]);
    },
    parseMethod: (name) => ({ id: denseMethod(name).id }),
    resolveHyper: (method, overrides, network) => {
      const family = denseFamilyOf(network);
      if (family !== null) {
        const kind = denseKindOf(network);
        return plannedDenseHyper(denseMethod(method), { family, kind }, overrides);
      }
      throw new UsageError(
        'METHOD_NETWORKS',
        `${method} cannot be used here: ${network} is of no known family of detectors or segmenters.`,
        { hint: 'A network here says its family itself; see runners/detection/kinds.ts.' },
      );
    },
    spelledHyper: (method, name, value) => spelledAs(denseMethod(method).options, name, value),
    needsTeacher: (method) => denseMethod(method).needsTeacher,
    needsStrongView: () => false,
    checkPair: checkDense,
    metrics: taskMetrics[task],
    ...own,
    unusedField: (recipe, setting) => unusedField(recipe, task, own.recipeUse, setting),
  };
}

/** What is no option of the method, official code being another, stays as it is. */
function spelledAs(options: Options, name: string, value: HyperValue): HyperValue {
  const option = lookUp(options, name);
  return option === undefined ? value : oneSpelling(option, value);
}

/** One line per task. */
export const catalogues: Readonly<Record<Task, TaskCatalogue>> = {
  classification,
  detection: dense('detection', detectorNames, {
    inputs: ['keep-ratio'],
    recipeUse: detectionRecipe,
  }),
  segmentation: dense('segmentation', segmenterNames, {
    inputs: ['scale-crop'],
    recipeUse: segmentationRecipe,
  }),
};
