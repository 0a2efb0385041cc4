import { acts, loopCases, type Matrix, oneValue, refused, withoutTimm } from '../matrix.ts';

const distortion = {
  kind: 'photometric',
  brightness: 32,
  contrast: [0.5, 1.5],
  saturation: [0.5, 1.5],
  hue: 18,
} as const;
const colours = { base: { augmentation: { distortion } } };
const strong = { kind: 'rand-augment', operations: 2, cutout: 0.5 } as const;
const input = {
  kind: 'scale-crop',
  long: 96,
  short: 64,
  ratio: [1, 1],
  crop: [32, 32],
} as const;
const square = refused({ input: { kind: 'random-crop', size: 32, resize: 64 } });

/** What must become of every field of a recipe in trainings of segmentation. */
export const segmentation: Matrix = {
  task: 'segmentation',
  dataset: 'embedded-scenes-small',
  model: 'pspnet-r18w8-d8',
  teacher: 'pspnet-r18w8-d8',
  method: 'none',
  recipe: 'scenes-segmentation-steps',
  base: {
    epochs: 3,
    iterations: null,
    batchSize: 2,
    trainPictures: 6,
    input,
    optimizer: { kind: 'sgd', lr: 0.05, momentum: 0.9, weightDecay: 5e-4 },
    schedule: { kind: 'multistep', milestones: [1], gamma: 0.1 },
  },
  fields: {
    ...loopCases,
    ...withoutTimm,
    batchSize: acts({ batchSize: 3 }),
    dropLast: refused({ dropLast: false }),
    trainPictures: acts({ trainPictures: 4 }),
    normalisation: acts({ normalisation: 'caffe-bgr' }),
    labelSmoothing: refused({ labelSmoothing: 0.1 }),
    'augmentation.crop.padding': refused({ augmentation: { crop: { padding: 4 } } }),
    'augmentation.flip': acts({ augmentation: { flip: false } }),
    'augmentation.strong.kind': oneValue,
    'augmentation.strong.operations': refused({ augmentation: { strong } }),
    'augmentation.strong.cutout': refused({ augmentation: { strong } }),
    'augmentation.distortion.kind': acts({ augmentation: { distortion } }),
    'augmentation.distortion.brightness': acts(
      { augmentation: { distortion: { ...distortion, brightness: 8 } } },
      colours,
    ),
    'augmentation.distortion.contrast': acts(
      { augmentation: { distortion: { ...distortion, contrast: [0.9, 1.1] } } },
      colours,
    ),
    'augmentation.distortion.saturation': acts(
      { augmentation: { distortion: { ...distortion, saturation: [0.9, 1.1] } } },
      colours,
    ),
    'augmentation.distortion.hue': acts(
      { augmentation: { distortion: { ...distortion, hue: 4 } } },
      colours,
    ),
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
      { input: { ...input, long: 64, short: 96 } },
      { base: { input: { ...input, long: 48, short: 96 } } },
    ),
    'input.shorts': refused({ input: { kind: 'keep-ratio', long: 64, short: 64 } }),
    'input.shortRange': refused({ input: { kind: 'keep-ratio', long: 64, short: 64 } }),
    'input.short': acts({ input: { ...input, short: 48 } }),
    'input.ratio': acts({ input: { ...input, ratio: [0.5, 2] } }),
    'input.crop': acts({ input: { ...input, crop: [48, 48] } }),
    'input.largestShare': acts({ input: { ...input, largestShare: 0.5 } }),
    // At the rate of the other fields the network finds nothing but background, in windows and on
    // whole pictures.
    'input.slide': acts(
      { input: { ...input, slide: [16, 16] } },
      {
        base: { optimizer: { kind: 'adamw', lr: 0.002 } },
        on: 'metrics',
        because: 'it says how pictures are tested',
      },
    ),
    frozenStages: refused({ frozenStages: 2 }),
    normEval: refused({ normEval: true }),
    initStudent: acts({ initStudent: true }, { method: 'kd' }),
    pretrained: acts({ pretrained: 'imagenet' }),
  },
};
