import { denseFields } from '../tasks/dense/recipe.ts';
import { type FieldRule, inputKinds, type RecipeUse } from '../tasks/recipe-use.ts';

/** Stages of every backbone behind its stem (`runners/detection/parts/backbone.ts`). */
const backboneStages = 4;

const frozenStages: FieldRule = ({ frozenStages: stages = 0 }) =>
  stages <= backboneStages
    ? null
    : {
        because: `a backbone has ${backboneStages} stages behind its stem`,
        instead: `Take a number from 0 to ${backboneStages}.`,
      };

/** What trainings of detection do with a recipe. Loads no TensorFlow. */
export const detectionRecipe: RecipeUse = {
  ...denseFields('detection'),
  dropLast: 'used',
  'augmentation.crop': {
    because: 'boxes would have to be cut with the pictures, and official trainings do not crop',
    instead: 'Set augmentation.crop to null.',
  },
  'augmentation.distortion': {
    because: 'only trainings of segmentation change colours',
    instead: 'Leave the field out.',
  },
  'input.kind': inputKinds('keep-ratio'),
  labelSmoothing: {
    because: 'the losses of detectors have no labels to smooth',
    instead: 'Set labelSmoothing to 0.',
  },
  frozenStages,
  normEval: 'used',
};
