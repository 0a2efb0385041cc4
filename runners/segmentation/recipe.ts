import {
  type FieldRule,
  fromTeacher,
  inputKinds,
  loopFields,
  type RecipeUse,
} from '../tasks/recipe-use.ts';

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
  ...loopFields,
  dropLast: fullBatches,
  'augmentation.crop': {
    because: 'pictures are cropped by input: {kind: scale-crop}',
    instead: 'Set augmentation.crop to null, and name the crop in input.',
  },
  'augmentation.flip': 'used',
  'augmentation.strong': {
    because: 'no method of segmentation looks at a second view',
    instead: 'Leave the field out.',
  },
  'augmentation.distortion': 'used',
  'input.kind': inputKinds('scale-crop'),
  input: 'used',
  labelSmoothing: {
    because: 'the cross-entropy of pixels has no smoothed labels',
    instead: 'Set labelSmoothing to 0.',
  },
  frozenStages: wholeBackbone,
  normEval: wholeBackbone,
  normalisation: {
    because: 'only trainings of classification have a choice',
    instead: 'Leave the field out.',
  },
  initStudent: fromTeacher,
  pretrained: 'used',
};
