import { bgrNormalisations } from '../data/normalisation.ts';
import {
  type FieldRule,
  forTwoViews,
  inCrossEntropy,
  inputKinds,
  loopFields,
  type RecipeUse,
} from '../tasks/recipe-use.ts';

const ofBackbones =
  'networks of classification are trained as a whole and start with drawn weights';

/** Networks of classification here see red, green, blue. */
const inRgb: FieldRule = ({ normalisation }) =>
  normalisation !== undefined && bgrNormalisations.includes(normalisation)
    ? {
        because: 'its channels are blue, green, red, which only detectors and segmenters see here',
        instead: 'Take another normalisation.',
      }
    : null;

/** What trainings of classification do with a recipe. Loads no TensorFlow. */
export const classificationRecipe: RecipeUse = {
  ...loopFields,
  dropLast: 'used',
  'augmentation.crop': 'used',
  'augmentation.flip': 'used',
  'augmentation.strong': forTwoViews,
  'augmentation.distortion': {
    because: 'only trainings of segmentation change colours',
    instead: 'Leave the field out.',
  },
  'input.kind': inputKinds('random-resized-crop', 'random-crop'),
  input: 'used',
  normalisation: inRgb,
  labelSmoothing: inCrossEntropy,
  frozenStages: { because: ofBackbones, instead: 'Leave the field out.' },
  normEval: { because: ofBackbones, instead: 'Leave the field out.' },
  initStudent: { because: ofBackbones, instead: 'Leave the field out.' },
  pretrained: { because: ofBackbones, instead: 'Leave the field out.' },
};
