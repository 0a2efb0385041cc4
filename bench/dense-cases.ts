import { RandomStream } from '../common/random.ts';
import { loadRecipe } from '../reference/recipes/loader.ts';
import type { BatchPicture, DenseBatch } from '../runners/data/dense/batch.ts';
import { createTargetMaker } from '../runners/data/dense/joined-maker.ts';
import { loaderTargets } from '../runners/detection/inputs.ts';
import { createDetectionProgram, type DetectionStudent } from '../runners/detection/program.ts';
import { loadDetector } from '../runners/detection/registry.ts';
import type { Detector } from '../runners/detection/types.ts';
import { createDenseDistiller } from '../runners/distillers/dense/create.ts';
import { denseMethods } from '../runners/distillers/dense/registry.ts';
import { initialState } from '../runners/networks/init.ts';
import type { Segmenter } from '../runners/segmentation/networks/types.ts';
import { createSegmentationProgram, drawDropout } from '../runners/segmentation/program.ts';
import { loadSegmenter } from '../runners/segmentation/registry.ts';
import type { StepInputs } from '../runners/tasks/step-inputs.ts';
import type { StepReport } from '../runners/tasks/types.ts';
import { denseClasses, type StepCase, type StepPictures } from './step-cases.ts';

/** A step of detection or segmentation that is ready to be called again and again. */
export interface PreparedDenseStep {
  /** One step; the sum of its losses. */
  step(): number;
  dispose(): void;
}

/** Objects of a picture, as many as COCO's have in the mean. */
const objects = 7;
const seed = 1;
/** Of pictures of bytes from 0 to 255. */
const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.289, 0.289, 0.289] } as const;

/**
 * Loads the networks and the method of a case. What comes back makes the step: one batch of noise
 * with random boxes or label maps, as training calls it.
 */
export async function loadDenseStep(
  stepCase: StepCase,
  pictures: StepPictures,
): Promise<(mode: 'recorded' | 'eager') => PreparedDenseStep> {
  await denseMethods.load(stepCase.methods);
  return stepCase.task === 'segmentation'
    ? segmentationStep(stepCase, pictures)
    : detectionStep(stepCase, pictures);
}

/** The networks of a case, and its method between them. */
async function loadedCase<Network extends Detector | Segmenter>(
  { student, teacher, methods: [method] }: StepCase,
  load: (name: string) => Promise<Network>,
) {
  const network = await load(student);
  const teaching = teacher === null ? null : await load(teacher);
  const shapes = { student: network.shapes, teacher: teaching?.shapes ?? null };
  return { network, teaching, distiller: createDenseDistiller(method as string, {}, shapes) };
}

async function detectionStep(stepCase: StepCase, pictures: StepPictures) {
  const { options, batch, inputs } = await detectionOf(stepCase, pictures);
  return (mode: 'recorded' | 'eager'): PreparedDenseStep => {
    const program = createDetectionProgram({ ...options, mode });
    return {
      step: () => total(program.step(batch, inputs) as readonly StepReport[]),
      dispose: () => program.dispose(),
    };
  };
}

/** What a program of a case is made of, and one batch with the inputs of a step on it. */
export async function detectionOf(stepCase: StepCase, pictures: StepPictures) {
  const { network, teaching, distiller } = await loadedCase(stepCase, (name) =>
    loadDetector(name, { classes: denseClasses.detection }),
  );
  const room = { batchSize: pictures.batch, boxes: objects };
  const targets = loaderTargets([{ network, distiller }], room);
  const make = await createTargetMaker(targets.maker.options);
  const plain = noise(pictures);
  const batch = { ...plain, targets: make(plain, { epoch: 1, seed }) };
  const made: DetectionStudent = {
    ...{
      network,
      distiller,
      recipe: loadRecipe('coco-1x', {}, stepCase.student),
      seed,
      start: null,
    },
    inputs: targets.students[0] as DetectionStudent['inputs'],
  };
  const options = {
    ...{ students: [made], room, heritage: null, normalisation, ...bucketsOf(pictures) },
    teacher: teaching === null ? null : { network: teaching, weights: weightsOf(teaching) },
  };
  return { options, batch, inputs: inputsOf(distiller.scalars(1), {}) };
}

async function segmentationStep(stepCase: StepCase, pictures: StepPictures) {
  const { network, teaching, distiller } = await loadedCase(stepCase, (name) =>
    loadSegmenter(name, { classes: denseClasses.segmentation }),
  );
  const batch = noise(pictures);
  const recipe = loadRecipe('cityscapes-cwd-40k', {}, stepCase.student);
  const random = RandomStream.named(seed, 'bench/dropout');
  const draws = drawDropout(network, pictures.batch, random);
  return (mode: 'recorded' | 'eager'): PreparedDenseStep => {
    const program = createSegmentationProgram({
      ...{ students: [{ network, distiller, recipe, seed, start: null }], mode, heritage: null },
      ...{ windows: null, normalisation, ...bucketsOf(pictures) },
      teacher: teaching === null ? null : { network: teaching, weights: weightsOf(teaching) },
    });
    return {
      step: () =>
        total(program.step(batch, inputsOf(distiller.scalars(1), draws)) as readonly StepReport[]),
      dispose: () => program.dispose(),
    };
  };
}

/** Random weights: what a step costs does not depend on them. */
const weightsOf = ({ params }: { params: Parameters<typeof initialState>[0] }) =>
  initialState(params, 'teacher');

const bucketsOf = ({ batch, side, height = side }: StepPictures) => {
  const buckets = { batchSize: batch, sizes: [[height, side] as const] };
  return { training: buckets, evaluation: buckets };
};

const inputsOf = (
  scalars: Readonly<Record<string, number>>,
  draws: Readonly<Record<string, Float32Array>>,
): StepInputs => ({ learningRates: [0.01], scalars: [scalars], draws: [draws] });

const total = (reports: readonly { readonly total: number }[]) =>
  reports.reduce((sum, report) => sum + report.total, 0);

/** A batch of noise, with boxes and a label map in every picture. */
function noise({ batch, side: width, height = width }: StepPictures): DenseBatch {
  const random = RandomStream.named(seed, 'bench/dense');
  const size = [height, width] as const;
  const pictures = Array.from(
    { length: batch },
    (_, index): BatchPicture => ({
      ...{ id: index, index, oriShape: size, imgShape: size, padShape: size },
      ...{ scaleFactor: [1, 1], flipped: false, ignored: new Float32Array(0), masks: null },
      boxes: Float32Array.from(Array.from({ length: objects }, () => box(random, size)).flat()),
      labels: Int32Array.from({ length: objects }, () => random.below(denseClasses.detection)),
    }),
  );
  return {
    ...{ step: 0, height, width, size: batch, pictures, targets: null },
    images: Uint8Array.from({ length: batch * height * width * 3 }, () => random.below(256)),
    labelMaps: Uint8Array.from({ length: batch * height * width }, () =>
      random.below(denseClasses.segmentation),
    ),
  };
}

/** Between a tenth and half of the picture wide and high. */
function box(random: RandomStream, [height, width]: readonly [number, number]): number[] {
  const [w, h] = [width, height].map((side) => side * (0.1 + 0.4 * random.uniform())) as [
    number,
    number,
  ];
  const [x, y] = [(width - w) * random.uniform(), (height - h) * random.uniform()];
  return [x, y, x + w, y + h];
}
