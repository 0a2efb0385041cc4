import { acts, loopCases, type Matrix, oneValue, refused, withoutTimm } from '../matrix.ts';

const distortion = {
  kind: 'photometric',
  brightness: 32,
  contrast: [0.5, 1.5],
  saturation: [0.5, 1.5],
  hue: 18,
} as const;
const strong = { kind: 'rand-augment', operations: 2, cutout: 0.5 } as const;
const square = refused({ input: { kind: 'random-crop', size: 32, resize: 64 } });
const scaleCrop = refused({
  input: { kind: 'scale-crop', long: 64, short: 64, ratio: [1, 1], crop: [32, 32] },
});

/** What must become of every field of a recipe in trainings of detection. */
export const detection: Matrix = {
  task: 'detection',
  dataset: 'embedded-scenes-small',
  model: 'retinanet-r18w16-fpn32',
  teacher: 'retinanet-r18w16-fpn32',
  method: 'none',
  recipe: 'scenes-detection-steps',
  base: {
    epochs: 3,
    iterations: null,
    batchSize: 2,
    dropLast: false,
    trainPictures: 5,
    clipNorm: null,
    input: { kind: 'keep-ratio', long: 64, short: 32 },
    optimizer: { kind: 'sgd', lr: 0.01, momentum: 0.9, weightDecay: 1e-4 },
    schedule: { kind: 'multistep', milestones: [1], gamma: 0.1 },
  },
  fields: {
    ...loopCases,
    ...withoutTimm,
    batchSize: acts({ batchSize: 3 }),
    dropLast: acts({ dropLast: true }),
    trainPictures: acts({ trainPictures: 6 }),
    normalisation: acts({ normalisation: 'caffe-bgr' }),
    labelSmoothing: refused({ labelSmoothing: 0.1 }),
    'augmentation.crop.padding': refused({ augmentation: { crop: { padding: 4 } } }),
    'augmentation.flip': acts({ augmentation: { flip: false } }),
    'augmentation.strong.kind': oneValue,
    'augmentation.strong.operations': refused({ augmentation: { strong } }),
    'augmentation.strong.cutout': refused({ augmentation: { strong } }),
    'augmentation.distortion.kind': oneValue,
    'augmentation.distortion.brightness': refused({ augmentation: { distortion } }),
    'augmentation.distortion.contrast': refused({ augmentation: { distortion } }),
    'augmentation.distortion.saturation': refused({ augmentation: { distortion } }),
    'augmentation.distortion.hue': refused({ augmentation: { distortion } }),
    'input.kind': square,
    'input.size': square,
    'input.resize': square,
    'input.cropShare': square,
    'input.scale': square,
    'input.interpolation': square,
    'input.testInterpolation': square,
    'input.teacherSize': square,
    // The scenes are square, so that the smaller bound decides.
    'input.long': acts(
      { input: { kind: 'keep-ratio', long: 64, short: 96 } },
      { base: { input: { kind: 'keep-ratio', long: 32, short: 96 } } },
    ),
    'input.short': acts({ input: { kind: 'keep-ratio', long: 64, short: 64 } }),
    'input.shorts': acts({ input: { kind: 'keep-ratio', long: 64, short: 32, shorts: [32, 64] } }),
    'input.shortRange': acts({
      input: { kind: 'keep-ratio', long: 64, short: 32, shortRange: [32, 64] },
    }),
    'input.ratio': scaleCrop,
    'input.crop': scaleCrop,
    'input.largestShare': scaleCrop,
    'input.slide': scaleCrop,
    frozenStages: acts({ frozenStages: 2 }),
    normEval: acts({ normEval: true }),
    initStudent: acts({ initStudent: true }, { method: 'fitnet' }),
    pretrained: acts({ pretrained: 'imagenet' }),
  },
};
