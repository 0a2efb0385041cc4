import { UsageError } from '../../common/errors.ts';
import { resolveHyper } from '../distillers/hyper.ts';
import { parseMethod } from '../distillers/method-id.ts';
import { findMethod, methodIds, pluginIds } from '../distillers/registry.ts';
import { networkNames } from '../models/registry.ts';
import type { Hyper, InputRecipe, Task } from '../trial/spec.ts';

/** What planning and reports must know of a task; nothing here loads TensorFlow. */
export interface TaskCatalogue {
  readonly networks: readonly string[];
  /** Ids of methods and plug-ins. */
  readonly methodNames: readonly string[];
  /**
   * Canonical id of a method. @param paper key of the paper whose table the name is from.
   * @throws UsageError `METHOD_UNKNOWN`, `METHOD_COMBINATION`
   */
  parseMethod(name: string, paper: string | undefined): { readonly id: string };
  /** Every hyper-parameter of a method, defaults written out. @throws UsageError `HYPER_UNKNOWN`, `HYPER_VALUE` */
  resolveHyper(method: string, overrides: Hyper): Hyper;
  /** Whether a method distils from a teacher. */
  needsTeacher(method: string): boolean;
  /** Whether a method learns from a strong view of every picture beside the usual one. */
  needsStrongView(method: string): boolean;
  /** The ways in which its trainings can make pictures the network's input; without a recipe's `input` they all can. */
  readonly inputs: readonly InputRecipe['kind'][];
}

const classification: TaskCatalogue = {
  networks: networkNames(),
  methodNames: [...methodIds, ...pluginIds],
  parseMethod: (name, paper) => parseMethod(name, { paper }),
  resolveHyper: (method, overrides) => resolveHyper(parseMethod(method), overrides),
  needsTeacher: (method) => findMethod(parseMethod(method).method)?.kind !== 'plain',
  needsStrongView: (method) => {
    const found = findMethod(parseMethod(method).method);
    return found?.kind === 'network' && found.strongView === true;
  },
  inputs: [],
};

/** A task whose tables can be declared, while nothing can be trained: every cell is `not run` and says so. */
function untrained(): TaskCatalogue {
  return {
    networks: [],
    methodNames: [],
    parseMethod: (name) => {
      throw new UsageError('METHOD_UNKNOWN', `The method "${name}" is not implemented.`);
    },
    resolveHyper: (_method, overrides) => overrides,
    needsTeacher: () => true,
    needsStrongView: () => false,
    inputs: [],
  };
}

/** One line per task. */
export const catalogues: Readonly<Record<Task, TaskCatalogue>> = {
  classification,
  detection: untrained(),
  segmentation: untrained(),
};
