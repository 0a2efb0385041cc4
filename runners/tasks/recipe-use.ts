import { UsageError } from '../../common/errors.ts';
import type { Hyper, Recipe, Task } from '../../contract/spec.ts';
import type { PictureUse } from '../distillers/kind.ts';

/*
 * The use of each field of a recipe in a task's trainings. A task states it in one table
 * (`classification/recipe.ts` and so on). A field outside the table is refused, and so is one that
 * a condition finds to be without effect. So no field is ignored in silence: two recipes that
 * differ are two protocols, or one of them cannot be planned.
 */

/** A training as far as it decides which fields of its recipe have an effect. */
export interface TrainingSetting {
  /** Canonical method id. */
  readonly method: string;
  /** Completely resolved. */
  readonly hyper: Hyper;
  /** Whether it learns from a teacher. */
  readonly taught: boolean;
  /** Whether its method looks at a strong view of every picture. */
  readonly strongView: boolean;
  /** Whether its method needs one true class per picture. Absent: no. */
  readonly oneLabel?: boolean;
  /** The network that is trained, and what is known of it. Absent: not looked at. */
  readonly network?: {
    readonly name: string;
    /** Whether training may leave out branches of it; absent: not known. */
    readonly dropsPaths?: boolean;
  };
  /** What its method does with the pictures of a batch. Absent: each has a loss of its own. */
  readonly pictures?: PictureUse;
}

/** Why a field has no effect, and what to do about it. */
export interface Refusal {
  /** Set where it would have an effect that the training cannot have. */
  readonly impossible?: true;
  readonly because: string;
  readonly instead: string;
}

/**
 * The use of one field: it has an effect, it is refused wherever the recipe has it, or a condition
 * decides. A condition is evaluated where the recipe has the field, whatever its value.
 */
export type FieldRule =
  | 'used'
  | Refusal
  | ((recipe: Recipe, setting: TrainingSetting) => Refusal | null);

/**
 * Rules by the names of fields, nested ones with dots (`optimizer.momentum`). A rule of a part
 * (`augmentation.strong`) holds for every field in it that has no rule of its own.
 */
export type RecipeUse = Readonly<Record<string, FieldRule>>;

export interface UnusedField extends Refusal {
  readonly field: string;
}

/**
 * The first field of a recipe that such a training does not use; null where it uses all of them.
 */
export function unusedField(
  recipe: Recipe,
  task: Task,
  use: RecipeUse,
  setting: TrainingSetting,
): UnusedField | null {
  for (const [field, rule] of Object.entries(use)) {
    const value = fieldOf(recipe, field);
    if (value === undefined || rule === 'used') continue;
    const refusal = typeof rule === 'function' ? rule(recipe, setting) : isOff(value) ? null : rule;
    if (refusal !== null) return { field, ...refusal };
  }
  const unknown = leavesOf(recipe).find((field) => ruleFor(use, field) === undefined);
  if (unknown === undefined) return null;
  return {
    field: unknown,
    because: `trainings of ${task} have no such field`,
    instead: 'Leave the field out.',
  };
}

/** The rule for a field: its own, or that of the nearest part around it. */
export function ruleFor(use: RecipeUse, field: string): FieldRule | undefined {
  const parts = field.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const name = parts.slice(0, length).join('.');
    if (Object.hasOwn(use, name)) return use[name];
  }
  return undefined;
}

/**
 * For trainings themselves: a recipe that no plan has seen is refused as a plan refuses it.
 *
 * @throws UsageError `RECIPE_FIELD`
 */
export function requireUsed(
  recipe: Recipe,
  task: Task,
  use: RecipeUse,
  setting: TrainingSetting,
): void {
  const found = unusedField(recipe, task, use, setting);
  if (found !== null) throw unusedError(recipe.name, found);
}

/** Of a method of detection or segmentation, made for two networks. */
export function settingOf(distiller: {
  readonly id: string;
  readonly hyper: Hyper;
  readonly needsTeacher: boolean;
}): TrainingSetting {
  const { id, hyper, needsTeacher } = distiller;
  return { method: id, hyper, taught: needsTeacher, strongView: false };
}

/** What planning and training say of an unused field. */
export function unusedError(
  recipe: string,
  { field, impossible, because, instead }: UnusedField,
): UsageError {
  const fault = impossible ? 'cannot be used' : 'would have no effect';
  return new UsageError(
    'RECIPE_FIELD',
    `The field ${field} of the recipe ${recipe} ${fault}: ${because}.`,
    { hint: instead },
  );
}

/** Values that mean that a recipe lacks a field. */
function isOff(value: unknown): boolean {
  return value === null || value === false || value === 0;
}

/** The value of `optimizer.lr` in a recipe or in a part of one; undefined where it has none. */
export function fieldOf(recipe: object, field: string): unknown {
  return field
    .split('.')
    .reduce<unknown>(
      (part, name) =>
        typeof part === 'object' && part !== null
          ? (part as Record<string, unknown>)[name]
          : undefined,
      recipe,
    );
}

/** Names of all fields that hold a value. A name is no part of a protocol. */
function leavesOf(recipe: Recipe): string[] {
  const { name: _, ...fields } = recipe;
  const within = (part: object, prefix: string): string[] =>
    Object.entries(part).flatMap(([name, value]) => {
      if (value === undefined || value === null) return [];
      return typeof value === 'object' && !Array.isArray(value)
        ? within(value, `${prefix}${name}.`)
        : [`${prefix}${name}`];
    });
  return within(fields, '');
}

const refusedWhere =
  (found: (recipe: Recipe, setting: TrainingSetting) => boolean, refusal: Refusal): FieldRule =>
  (recipe, setting) =>
    found(recipe, setting) ? refusal : null;

/** Kinds of `input` that a task's trainings have. */
export function inputKinds(...kinds: readonly string[]): FieldRule {
  return refusedWhere(({ input }) => input !== undefined && !kinds.includes(input.kind), {
    because: `trainings of this task make their pictures by ${kinds.join(' or ')} alone`,
    instead: `Give input the kind ${kinds.join(' or ')}, or leave it out.`,
  });
}

/** Only where there is a teacher whose weights the student can start with. */
export const fromTeacher: FieldRule = refusedWhere((_, { taught }) => !taught, {
  because: 'the training has no teacher to start from',
  instead:
    'Say initStudent in an override of the rows that have a teacher; give teachers a recipe of their own.',
});

/** Only for methods that look at it: for others the view is not even made. */
export const forTwoViews: FieldRule = (_, { method, strongView }) =>
  strongView
    ? null
    : {
        because: `${method} looks at one view of every picture`,
        instead:
          'Say augmentation.strong in an override of the rows that need it; give teachers a recipe of their own.',
      };

/** Where the method has a meaning with mixed labels. */
export const forMixedLabels: FieldRule = (_, { method, strongView, oneLabel = false }) => {
  const refused = {
    impossible: true,
    instead: 'Set augmentation.mix to null in an override of the rows that cannot have it.',
  } as const;
  if (oneLabel) {
    const because = `${method} needs one true class per picture, and no official code has it with mixed labels`;
    return { because, ...refused };
  }
  return strongView
    ? { because: `${method} compares two views of single pictures`, ...refused }
    : null;
};

/** Where the loss has a cross-entropy whose labels can be smoothed. */
export const inCrossEntropy: FieldRule = refusedWhere(
  ({ labelSmoothing }, { hyper }) => labelSmoothing > 0 && hyper['ceWeight'] === 0,
  {
    because: 'it is part of the cross-entropy, whose weight ceWeight is 0',
    instead: 'Set labelSmoothing to 0, or give ceWeight a value.',
  },
);

/**
 * Where there are two gradients to tell apart, and an optimizer that the original has: DOT is plain
 * SGD with momentum.
 */
const distillationApart: FieldRule = ({ optimizer, clipNorm, precision }, { taught, hyper }) => {
  const plain = optimizer.kind === 'sgd' && !optimizer.nesterov && optimizer.momentum > 0;
  const reasons: readonly (readonly [boolean, string])[] = [
    [!taught, 'the training has no distillation loss'],
    [hyper['ceWeight'] === 0, 'the cross-entropy has no weight, and so there is one gradient'],
    [!plain, 'it changes a plain momentum, which this optimizer does not have'],
    [
      clipNorm !== undefined || precision !== undefined,
      'gradients that are clipped or scaled are those of one loss',
    ],
  ];
  const found = reasons.find(([applies]) => applies);
  if (found === undefined) return null;
  return {
    because: found[1],
    instead: 'Say optimizer.delta in an override of the rows that distil by SGD with momentum.',
  };
};

/** Where the loss has a term with labels. */
export const ofLabels: FieldRule = refusedWhere((_, { hyper }) => hyper['ceWeight'] === 0, {
  because: 'the weight ceWeight of the loss with labels is 0',
  instead: 'Leave the field out, or give ceWeight a value.',
});

const constantRate = 'Use the schedule constant.';

/** Rules of every task: optimizer, schedule and length belong to the training loop. */
export const loopFields: RecipeUse = {
  epochs: 'used',
  iterations: 'used',
  batchSize: 'used',
  trainPictures: 'used',
  clipNorm: 'used',
  precision: 'used',
  samplesPerGpu: inParts,
  'optimizer.kind': 'used',
  'optimizer.lr': 'used',
  'optimizer.momentum': 'used',
  'optimizer.nesterov': refusedWhere(
    ({ optimizer }) => optimizer.kind === 'sgd' && optimizer.nesterov && optimizer.momentum === 0,
    {
      because: 'without momentum it is plain gradient descent',
      instead: 'Give optimizer.momentum a value, or leave nesterov out.',
    },
  ),
  'optimizer.weightDecay': 'used',
  'optimizer.decays': refusedWhere(({ optimizer }) => optimizer.weightDecay === 0, {
    because: 'nothing decays',
    instead: 'Give optimizer.weightDecay a value, or leave decays out.',
  }),
  'optimizer.biasRate': 'used',
  'optimizer.biasDecays': refusedWhere(({ optimizer }) => optimizer.weightDecay === 0, {
    because: 'nothing decays',
    instead: 'Give optimizer.weightDecay a value, or leave biasDecays out.',
  }),
  'optimizer.delta': distillationApart,
  'optimizer.beta1': 'used',
  'optimizer.beta2': 'used',
  'optimizer.epsilon': 'used',
  'schedule.kind': refusedWhere(
    ({ schedule, epochs }) => schedule.kind === 'cosine' && epochs === 1,
    {
      because: 'the cosine changes the rate between epochs, and there is one',
      instead: constantRate,
    },
  ),
  'schedule.milestones': refusedWhere(
    ({ schedule }) => schedule.kind === 'multistep' && schedule.milestones.length === 0,
    { because: 'without milestones gamma multiplies nothing', instead: constantRate },
  ),
  'schedule.gamma': refusedWhere(
    ({ schedule }) => schedule.kind === 'multistep' && schedule.gamma === 1,
    { because: 'times 1 the rate stays as it is at every milestone', instead: constantRate },
  ),
  'schedule.power': 'used',
  'schedule.minLr': refusedWhere(
    ({ schedule, optimizer }) => 'minLr' in schedule && schedule.minLr >= optimizer.lr,
    {
      because: 'the rate cannot fall to what is not below optimizer.lr',
      instead: `Set schedule.minLr below optimizer.lr. ${constantRate}`,
    },
  ),
  'schedule.warmupEpochs': refusedWhere(
    ({ schedule: { warmup, warmupEpochs } }) =>
      warmupEpochs > 0 && warmup?.by === 'step' && warmup.steps !== undefined,
    {
      because: 'schedule.warmup.steps says how long the warm-up is',
      instead: 'Leave out one of warmupEpochs and warmup.steps.',
    },
  ),
  'schedule.warmup': warmupRule,
};

/** Why a method that remembers pictures has no parts, behind its name or a word for it. */
export const renewsMemory =
  'keeps a memory of every picture, which one pass over the whole batch renews';

/** Where the method can have parts; `checkParts` says whether they change numbers. */
function inParts(_: Recipe, { method, pictures }: TrainingSetting): Refusal | null {
  if (pictures !== 'remembered') return null;
  return {
    because: `${method} ${renewsMemory}`,
    instead: 'Set samplesPerGpu to null in an override of its rows.',
  };
}

/** A warm-up must last, and must change the rate while it lasts. */
function warmupRule({ schedule, optimizer }: Recipe): Refusal | null {
  const { kind, warmup, warmupEpochs } = schedule;
  if (warmup === undefined) return null;
  if (warmupEpochs === 0 && !(warmup.by === 'step' && warmup.steps !== undefined)) {
    return {
      because: 'the warm-up lasts 0 epochs',
      instead: 'Give schedule.warmupEpochs a value, or leave warmup out.',
    };
  }
  const flat =
    warmup.by === 'step'
      ? warmup.startFactor === 1
      : kind === 'constant' && warmup.startLr === optimizer.lr;
  if (!flat) return null;
  return {
    because: 'the warm-up starts at the rate that it leads to',
    instead: `Give ${warmup.by === 'step' ? 'startFactor a value below 1' : 'startLr a value below optimizer.lr'}, or leave the warm-up out.`,
  };
}
