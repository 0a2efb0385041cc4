import type { Json } from '../common/canonical.ts';
import { jsonDifferences } from '../common/json-differences.ts';
import type { Recipe, TrialSpec } from '../contract/spec.ts';
import { loadRecipe, recipeNames } from '../reference/recipes/loader.ts';

/** A line of a list of settings. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

/**
 * What a training's protocol has otherwise than the recipe whose name it bears, a text per setting:
 * `batchSize 4 instead of 32`. Empty where nothing was changed, and for a name that is no recipe's
 * here, such as that of other people's code.
 *
 * @param model some recipes treat some networks differently, which is no change of theirs
 */
export function recipeChanges(recipe: Recipe, model: string): readonly string[] {
  if (!recipeNames().includes(recipe.name)) return [];
  const unchanged = loadRecipe(recipe.name, {}, model);
  return jsonDifferences(unchanged as unknown as Json, recipe as unknown as Json).map(
    ({ path, before, now }) => {
      const nothing = path === 'trainPictures' ? 'all' : 'none';
      const plain = (text: string) => (text === 'null' || text === 'nothing' ? nothing : text);
      return `${path} ${plain(now)} instead of ${plain(before)}`;
    },
  );
}

/** A training protocol in words, a line per setting. */
export function recipeSettings(recipe: Recipe): readonly Setting[] {
  return [
    { name: 'Recipe', value: recipe.name },
    { name: 'Epochs', value: String(recipe.epochs) },
    {
      name: 'Batch size',
      value: `${recipe.batchSize}${recipe.dropLast ? ', an incomplete last batch is left out' : ''}`,
    },
    { name: 'Optimizer', value: optimizerWords(recipe.optimizer) },
    { name: 'Learning rate', value: scheduleWords(recipe) },
    { name: 'Augmentation', value: augmentationWords(recipe.augmentation) },
    ...(recipe.precision === 'mixed'
      ? [
          {
            name: 'Precision',
            value: 'mixed: 16-bit operations, weights in 32 bits, dynamic loss scaling',
          },
        ]
      : []),
    {
      name: 'Label smoothing',
      value: recipe.labelSmoothing === 0 ? 'none' : String(recipe.labelSmoothing),
    },
    {
      name: 'Training pictures',
      value: recipe.trainPictures === null ? 'all' : String(recipe.trainPictures),
    },
  ];
}

/**
 * How the backbone of a detector or segmenter starts, and which parts of it are not trained;
 * nothing where all of it is drawn and trained.
 */
export function backboneSettings({ recipe, backbone }: TrialSpec): readonly Setting[] {
  const { frozenStages, normEval } = recipe;
  const frozen =
    frozenStages === 0
      ? 'stem frozen'
      : `stem and ${frozenStages === 1 ? 'first stage' : `first ${frozenStages} stages`} frozen`;
  const parts = [
    ...(backbone === undefined ? [] : [`starts with ${backbone.name}, SHA-256 ${backbone.sha256}`]),
    ...(frozenStages === undefined ? [] : [frozen]),
    ...(normEval === true ? ['batch norm keeps its statistics'] : []),
  ];
  return parts.length === 0 ? [] : [{ name: 'Backbone', value: parts.join('; ') }];
}

function optimizerWords(optimizer: Recipe['optimizer']): string {
  const decay = `weight decay ${optimizer.weightDecay}`;
  if (optimizer.kind === 'adamw') {
    return `AdamW, betas ${optimizer.beta1} and ${optimizer.beta2}, epsilon ${optimizer.epsilon}, ${decay}`;
  }
  const nesterov = optimizer.nesterov ? ' (Nesterov)' : '';
  return `SGD, momentum ${optimizer.momentum}${nesterov}, ${decay}`;
}

/** The schedule as its fields say it: a kind that is added later shows without a change here. */
function scheduleWords({ optimizer, schedule }: Recipe): string {
  const { kind, warmupEpochs, ...rest } = schedule;
  const details = Object.entries(rest).map(
    ([name, value]) => `${words(name)} ${Array.isArray(value) ? value.join(', ') : String(value)}`,
  );
  const warmup = warmupEpochs > 0 ? [`${warmupEpochs} warm-up epochs`] : [];
  return [`${optimizer.lr}, ${kind}`, ...details, ...warmup].join('; ');
}

/** `minLr` becomes `min lr`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function augmentationWords({ crop, flip, strong, distortion }: Recipe['augmentation']): string {
  const parts = [
    ...(crop === null ? [] : [`random crop with ${crop.padding} pixels of padding`]),
    ...(flip ? ['random horizontal flip'] : []),
    ...(strong === undefined
      ? []
      : [
          `a second view with ${strong.operations} random operations and a cut-out of up to ${strong.cutout} of the width`,
        ]),
    ...(distortion === undefined
      ? []
      : [
          `brightness by up to ${distortion.brightness}, contrast times ${distortion.contrast.join(' to ')}, saturation times ${distortion.saturation.join(' to ')}, hue by up to ${2 * distortion.hue} degrees, each for half of the pictures`,
        ]),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** Hyper-parameters by name. */
export function hyperSettings(hyper: TrialSpec['hyper']): readonly Setting[] {
  return Object.keys(hyper)
    .sort()
    .map((name) => ({ name, value: String(hyper[name]) }));
}
