import { denseFields } from '../tasks/dense/recipe.ts';
import { type FieldRule, inputKinds, type RecipeUse } from '../tasks/recipe-use.ts';

const wholeBackbone = {
  because: 'official segmentation trains the whole backbone with the statistics of the batch',
  instead: 'Leave the field out.',
};

const fullBatches: FieldRule = ({ dropLast }) =>
  dropLast
    ? null
    : {
        because: 'segmentation trains full batches only',
        instead: 'Set dropLast to true.',
      };

/** What trainings of segmentation do with a recipe. Loads no TensorFlow. */
export const segmentationRecipe: RecipeUse = {
  ...denseFields('segmentation'),
  dropLast: fullBatches,
  'augmentation.crop': {
    because: 'pictures are cropped by input: {kind: scale-crop}',
    instead: 'Set augmentation.crop to null, and name the crop in input.',
  },
  'augmentation.distortion': 'used',
  'input.kind': inputKinds('scale-crop'),
  labelSmoothing: {
    because: 'the cross-entropy of pixels has no smoothed labels',
    instead: 'Set labelSmoothing to 0.',
  },
  frozenStages: wholeBackbone,
  normEval: wholeBackbone,
};
