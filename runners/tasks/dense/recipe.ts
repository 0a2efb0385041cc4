import { fromTeacher, loopFields, type RecipeUse } from '../recipe-use.ts';

const ofClassification = {
  because: 'only trainings of classification have it',
  instead: 'Leave the field out.',
};

/** What trainings of detection and segmentation alike do with a recipe. Loads no TensorFlow. */
export function denseFields(task: 'detection' | 'segmentation'): RecipeUse {
  return {
    ...loopFields,
    'optimizer.delta': {
      because: 'only trainings of classification tell the distillation loss apart',
      instead: 'Leave the field out.',
    },
    'augmentation.flip': 'used',
    'augmentation.strong': {
      because: `no method of ${task} looks at a second view`,
      instead: 'Leave the field out.',
    },
    ...Object.fromEntries(
      [
        'augmentation.mix',
        'augmentation.randAugment',
        'augmentation.jitter',
        'augmentation.erasing',
      ]
        .concat('labelLoss', 'dropPath')
        .map((field) => [field, ofClassification]),
    ),
    input: 'used',
    normalisation: 'used',
    initStudent: fromTeacher,
    pretrained: 'used',
  };
}
