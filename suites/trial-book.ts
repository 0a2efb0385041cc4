import type { PlannedTrial } from '../contract/plan-types.ts';
import type { DataIdentity, Recipe, TeacherRef, TrialSpec } from '../contract/spec.ts';
import { evaluationRecipe, trialId } from '../contract/spec.ts';
import { checkCommand, externalSource } from './external.ts';
import type { Scope } from './plan-context.ts';
import type { Column } from './resolve.ts';
import { teacherRecipe, trainingSteps } from './settings.ts';

/** The largest number that a column of 32 bits holds. */
const mostSteps = 2 ** 31 - 1;

/**
 * Collects the trials of a plan. Equal specifications are one trial, however many cells need it.
 */
export class TrialBook {
  private readonly scope: Scope;
  private readonly entries = new Map<string, { trial: PlannedTrial; place: readonly number[] }>();

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /**
   * The teachers of a pair. Usually one serves all seeds of the students, as in the papers. A suite
   * may train several, so that a verdict does not hold for one teacher alone.
   */
  teachers(column: Column): readonly PlannedTrial[] {
    const { suite, scale, scaleName } = this.scope;
    if (column.checkpoint === null) {
      const seeds = scale.teacher?.seeds ?? [scale.teacher?.seed ?? 0];
      return seeds.map((seed) => this.teacher(column, seed));
    }
    if (scale.teacher?.seeds !== undefined) {
      throw suite.error(
        'SUITE_TEACHERS',
        ['scales', scaleName, 'teacher', 'seeds'],
        `asks for ${scale.teacher.seeds.length} teachers, but that of ${column.id} is imported and is one.`,
        'Leave out `seeds`, or the `checkpoint` of the pair.',
      );
    }
    return [this.teacher(column, 0)];
  }

  /** An imported teacher is not trained: its trial measures it, so that its gate can be applied. */
  private teacher(column: Column, seed: number): PlannedTrial {
    const model = column.teacher as string;
    if (column.checkpoint !== null) {
      const measured: TrialSpec = {
        ...this.common(),
        role: 'teacher',
        model,
        method: 'none',
        hyper: this.scope.context.resolveHyper('none', {}, model),
        teacher: { kind: 'checkpoint', model, sha256: column.checkpoint },
        recipe: measuredWith(teacherRecipe(this.scope, model).recipe),
        seed: 0,
      };
      return this.add(measured, null, column.gate, [0, column.index]);
    }
    const spec: TrialSpec = {
      ...this.common(),
      role: 'teacher',
      model,
      method: 'none',
      hyper: this.scope.context.resolveHyper('none', {}, model),
      teacher: null,
      ...this.training(teacherRecipe(this.scope, model).recipe, model),
      seed,
    };
    return this.add(spec, null, column.gate, [0, column.index]);
  }

  /**
   * @param asked `taught`: whether it has a teacher; one that the plan does not train is its
   *   implementation's own
   * @param seedIndex place of the seed in the suite's list.
   */
  student(
    asked: Pick<TrialSpec, 'method' | 'hyper' | 'recipe' | 'seed'> & {
      readonly row: string;
      readonly taught: boolean;
    },
    column: Column,
    teacher: PlannedTrial | null,
    seedIndex: number,
  ): PlannedTrial {
    const own: TeacherRef | null =
      asked.taught && column.teacher !== null
        ? { kind: 'unrecorded', model: column.teacher }
        : null;
    const spec: TrialSpec = {
      ...this.common('student', asked.row),
      role: 'student',
      model: column.student,
      method: asked.method,
      hyper: asked.hyper,
      teacher: teacher === null ? own : referenceTo(teacher),
      ...this.training(asked.recipe, column.student),
      seed: asked.seed,
    };
    return this.add(spec, teacher, null, [1, column.index, seedIndex]);
  }

  /** Teachers first, then students by pair and seed, so that those of one cohort stand together. */
  trials(): readonly PlannedTrial[] {
    const entries = [...this.entries.values()].map((entry, order) => ({
      trial: entry.trial,
      place: [...entry.place, order],
    }));
    return entries.sort((a, b) => comparePlaces(a.place, b.place)).map(({ trial }) => trial);
  }

  /** A recipe, with the weights that the network's backbone starts with by their content. */
  private training(recipe: Recipe, model: string): Pick<TrialSpec, 'recipe' | 'backbone'> {
    if (recipe.pretrained === undefined) return { recipe };
    const { reference, missing } = this.scope.context.backbone(recipe.pretrained, model);
    if (missing !== null) throw new Error(`the backbone of ${model} cannot start: ${missing}`);
    return reference === null ? { recipe } : { recipe, backbone: reference };
  }

  private common(role: TrialSpec['role'] = 'teacher', row: string | null = null) {
    const { suite, scaleName, data } = this.scope;
    const external = externalSource(suite, role, row);
    return {
      schemaVersion: 1,
      implementation: external === undefined ? 'redistill' : 'external',
      ...(external === undefined ? {} : { external }),
      task: suite.definition.task,
      scale: scaleName,
      data: data.identity as DataIdentity,
    } as const;
  }

  private add(
    spec: TrialSpec,
    teacher: PlannedTrial | null,
    gate: number | null,
    place: readonly number[],
  ): PlannedTrial {
    const { suite } = this.scope;
    const limit = suite.definition.external?.timeoutMinutes;
    if (spec.external !== undefined) checkCommand(suite, spec);
    const steps = trainingSteps(spec.recipe, this.scope.data.trainPictures);
    if (steps > mostSteps) {
      throw suite.error(
        'SUITE_STEPS',
        ['scales', this.scope.scaleName, 'recipe'],
        `a training of ${spec.model} would have ${steps} steps; up to ${mostSteps} are counted.`,
      );
    }
    const id = trialId(spec);
    const known = this.entries.get(id);
    // Two pairs may share a teacher and ask different things of it: the stricter gate holds.
    const gates = [known?.trial.gate ?? null, gate].filter((each) => each !== null);
    const trial: PlannedTrial = {
      id,
      spec,
      after: teacher === null ? [] : [teacher.id],
      gate: gates.length === 0 ? null : Math.max(...gates),
      steps,
      ...(limit === undefined ? {} : { timeoutMinutes: limit }),
    };
    this.entries.set(id, { trial, place: known?.place ?? place });
    return trial;
  }
}

/**
 * An imported teacher is tested on pictures of the size on which one that is trained would be: an
 * AP depends on it.
 */
function measuredWith({ input, normalisation }: Recipe): Recipe {
  return {
    ...evaluationRecipe,
    ...(input !== undefined && { input }),
    ...(normalisation !== undefined && { normalisation }),
  };
}

/**
 * A measured checkpoint is named by its content, because the trial that measured it does not change
 * what a student learns.
 */
function referenceTo({ id, spec }: PlannedTrial): TeacherRef {
  return spec.teacher?.kind === 'checkpoint'
    ? spec.teacher
    : { kind: 'trial', model: spec.model, trial: id };
}

function comparePlaces(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, position) => value !== b[position]);
  return index < 0 ? 0 : (a[index] as number) - (b[index] ?? 0);
}
