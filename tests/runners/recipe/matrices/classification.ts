import { acts, loopCases, type Matrix, oneValue, refused } from '../matrix.ts';

const distortion = {
  kind: 'photometric',
  brightness: 32,
  contrast: [0.5, 1.5],
  saturation: [0.5, 1.5],
  hue: 18,
} as const;
const strong = { kind: 'rand-augment', operations: 2, cutout: 0.5 } as const;
const twoViews = { method: 'mlkd', base: { augmentation: { strong } } } as const;
const mix = { mixup: 0.8, cutmix: 1, probability: 1, switch: 0.5 } as const;
const mixing = { base: { augmentation: { mix } } } as const;
const erasing = { kind: 'noise', probability: 0.5 } as const;
const randAugment = {
  operations: 2,
  magnitude: 9,
  deviation: 0.5,
  growing: true,
  interpolation: 'random',
} as const;
const augmenting = { base: { augmentation: { randAugment } } } as const;
const jitter = { brightness: 0.4, contrast: 0.4, saturation: 0.4 } as const;
const keepRatio = refused({ input: { kind: 'keep-ratio', long: 64, short: 64 } });
const scaleCrop = refused({
  input: { kind: 'scale-crop', long: 64, short: 64, ratio: [1, 1], crop: [32, 32] },
});
const input = { kind: 'random-resized-crop', size: 24, resize: 28 } as const;
const squashed = { kind: 'random-crop', size: 24, resize: 28 } as const;

/** What must become of every field of a recipe in trainings of classification. */
export const classification: Matrix = {
  task: 'classification',
  dataset: 'embedded-small',
  model: 'resnet8',
  teacher: 'resnet8',
  method: 'none',
  recipe: 'embedded-smoke',
  // 40 pictures in batches of 16 are three steps, the last of them smaller.
  base: { epochs: 3, batchSize: 16, trainPictures: 40 },
  fields: {
    ...loopCases,
    batchSize: acts({ batchSize: 8 }),
    'optimizer.delta': acts({ optimizer: { delta: 0.075 } }, { method: 'kd' }),
    dropLast: acts({ dropLast: true }),
    trainPictures: acts({ trainPictures: 48 }),
    normalisation: acts({ normalisation: 'imagenet' }),
    labelSmoothing: acts({ labelSmoothing: 0.1 }),
    'augmentation.crop.padding': acts({ augmentation: { crop: { padding: 2 } } }),
    'augmentation.flip': acts({ augmentation: { flip: false } }),
    'augmentation.strong.kind': refused({ augmentation: { strong } }, 'kd'),
    'augmentation.strong.operations': acts(
      { augmentation: { strong: { ...strong, operations: 1 } } },
      twoViews,
    ),
    'augmentation.strong.cutout': acts(
      { augmentation: { strong: { ...strong, cutout: 0.1 } } },
      twoViews,
    ),
    'augmentation.mix.mixup': acts({ augmentation: { mix: { ...mix, mixup: 0.1 } } }, mixing),
    'augmentation.mix.cutmix': acts({ augmentation: { mix: { ...mix, cutmix: 0.1 } } }, mixing),
    'augmentation.mix.probability': acts(
      { augmentation: { mix: { ...mix, probability: 0.1 } } },
      mixing,
    ),
    'augmentation.mix.switch': acts({ augmentation: { mix: { ...mix, switch: 0 } } }, mixing),
    'augmentation.randAugment.operations': acts(
      { augmentation: { randAugment: { ...randAugment, operations: 1 } } },
      augmenting,
    ),
    'augmentation.randAugment.magnitude': acts(
      { augmentation: { randAugment: { ...randAugment, magnitude: 5 } } },
      augmenting,
    ),
    'augmentation.randAugment.deviation': acts(
      { augmentation: { randAugment: { ...randAugment, deviation: 2 } } },
      augmenting,
    ),
    'augmentation.randAugment.growing': acts(
      { augmentation: { randAugment: { ...randAugment, growing: false } } },
      augmenting,
    ),
    'augmentation.randAugment.interpolation': acts(
      { augmentation: { randAugment: { ...randAugment, interpolation: 'bicubic' } } },
      augmenting,
    ),
    'augmentation.jitter.brightness': acts(
      { augmentation: { jitter: { ...jitter, brightness: 0.2 } } },
      { base: { augmentation: { jitter } } },
    ),
    'augmentation.jitter.contrast': acts(
      { augmentation: { jitter: { ...jitter, contrast: 0.2 } } },
      { base: { augmentation: { jitter } } },
    ),
    'augmentation.jitter.saturation': acts(
      { augmentation: { jitter: { ...jitter, saturation: 0.2 } } },
      { base: { augmentation: { jitter } } },
    ),
    'augmentation.erasing.kind': oneValue,
    'augmentation.erasing.probability': acts(
      { augmentation: { erasing } },
      { base: { augmentation: { erasing: { ...erasing, probability: 0.1 } } } },
    ),
    'augmentation.distortion.kind': oneValue,
    'augmentation.distortion.brightness': refused({ augmentation: { distortion } }),
    'augmentation.distortion.contrast': refused({ augmentation: { distortion } }),
    'augmentation.distortion.saturation': refused({ augmentation: { distortion } }),
    'augmentation.distortion.hue': refused({ augmentation: { distortion } }),
    'input.kind': acts({ input: squashed }, { base: { input } }),
    'input.size': acts({ input: { ...input, size: 20 } }, { base: { input } }),
    'input.resize': acts({ input: { ...squashed, resize: 30 } }, { base: { input: squashed } }),
    'input.cropShare': acts(
      { input: { kind: 'random-crop', size: 24, cropShare: 0.75 } },
      { base: { input: squashed } },
    ),
    'input.scale': acts({ input: { ...input, scale: [0.5, 1] } }, { base: { input } }),
    'input.interpolation': acts(
      { input: { ...input, interpolation: 'bicubic' } },
      { base: { input } },
    ),
    'input.testInterpolation': acts(
      { input: { ...input, testInterpolation: 'bicubic' } },
      { base: { input }, on: 'metrics', because: 'it makes the pictures of evaluations' },
    ),
    'input.teacherSize': acts(
      { input: { ...input, teacherSize: 16 } },
      { base: { input }, method: 'kd' },
    ),
    'input.long': keepRatio,
    'input.short': keepRatio,
    'input.shorts': keepRatio,
    'input.shortRange': keepRatio,
    'input.ratio': acts({ input: { ...input, ratio: [1, 1] } }, { base: { input } }),
    'input.crop': scaleCrop,
    'input.largestShare': scaleCrop,
    'input.slide': scaleCrop,
    'labelLoss.kind': acts({ labelLoss: { kind: 'binary' } }),
    'labelLoss.threshold': acts(
      { labelLoss: { kind: 'binary', threshold: 0.2 } },
      { base: { labelSmoothing: 0.1, labelLoss: { kind: 'binary' } } },
    ),
    dropPath: acts({ dropPath: 0.5 }, { model: 'deit_t' }),
    frozenStages: refused({ frozenStages: 2 }),
    normEval: refused({ normEval: true }),
    initStudent: refused({ initStudent: true }, 'kd'),
    pretrained: refused({ pretrained: 'imagenet' }),
  },
};
