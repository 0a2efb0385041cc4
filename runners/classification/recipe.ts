import { bgrNormalisations } from '../data/normalisation.ts';
import {
  type FieldRule,
  forMixedLabels,
  forTwoViews,
  inCrossEntropy,
  inputKinds,
  loopFields,
  ofLabels,
  type RecipeUse,
} from '../tasks/recipe-use.ts';

const ofBackbones =
  'networks of classification are trained as a whole and start with drawn weights';

/** A network without residual branches to leave out. */
export const withoutBranches = (network: string) => ({
  because: `${network} has no residual branches that are left out in training`,
  instead: 'Set dropPath to null for this network.',
});

const ofBranches: FieldRule = (_, { network }) =>
  network?.dropsPaths === false ? withoutBranches(network.name) : null;

/** Without a teacher nothing is made in its size. */
const ofTeachers: FieldRule = (_, { taught }) =>
  taught
    ? null
    : {
        because: 'the training has no teacher',
        instead: 'Say input.teacherSize in an override of the rows that have one.',
      };

/** Networks of classification here see red, green, blue. */
const inRgb: FieldRule = ({ normalisation }) =>
  normalisation !== undefined && bgrNormalisations.includes(normalisation)
    ? {
        because: 'its channels are blue, green, red, which only detectors and segmenters see here',
        instead: 'Take another normalisation.',
      }
    : null;

/** Chooses between two ways of mixing; with one of them there is nothing to choose. */
const switchRule: FieldRule = ({ augmentation: { mix } }) =>
  mix === undefined || (mix.mixup > 0 && mix.cutmix > 0) || mix.switch === 0
    ? null
    : {
        because: `the recipe mixes by ${mix.mixup > 0 ? 'mixup' : 'cutmix'} alone`,
        instead: 'Set augmentation.mix.switch to 0.',
      };

/** timm changes colours in one way or the other. */
const jitterRule: FieldRule = ({ augmentation: { jitter, randAugment } }) => {
  if (randAugment !== undefined) {
    return {
      because: 'pictures are changed by randAugment, beside which timm has no jitter of colours',
      instead: 'Leave out one of jitter and randAugment.',
    };
  }
  const still = Object.values(jitter ?? {}).every((value) => value === 0);
  return still
    ? { because: 'every factor is 0', instead: 'Leave the field out, or give a factor a value.' }
    : null;
};

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
  'augmentation.mix': forMixedLabels,
  'augmentation.mix.switch': switchRule,
  'augmentation.randAugment': 'used',
  'augmentation.jitter': jitterRule,
  'augmentation.erasing': 'used',
  'input.kind': inputKinds('random-resized-crop', 'random-crop'),
  'input.teacherSize': ofTeachers,
  input: 'used',
  normalisation: inRgb,
  labelSmoothing: inCrossEntropy,
  labelLoss: ofLabels,
  dropPath: ofBranches,
  frozenStages: { because: ofBackbones, instead: 'Leave the field out.' },
  normEval: { because: ofBackbones, instead: 'Leave the field out.' },
  initStudent: { because: ofBackbones, instead: 'Leave the field out.' },
  pretrained: { because: ofBackbones, instead: 'Leave the field out.' },
};
