import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase } from '../../../contract/parity.ts';
import type { Size } from '../../detection/geometry/anchors.ts';
import type { DecodedPicture, Detections } from '../../detection/geometry/detections.ts';
import type { Detector, DetectorOutput, TestStep } from '../../detection/types.ts';
import { createProgram } from '../../engine/program.ts';
import type { FunctionSpec, Program } from '../../engine/types.ts';
import { forwardContext } from '../../networks/forward.ts';
import { formulaSettings, formulaState } from '../formula.ts';
import type { GoldenNode } from '../golden.ts';
import { type Mode, stateSpecs, torchView } from '../networks.ts';
import { formulaChanges } from '../state-dict.ts';
import { Comparison } from '../tolerance.ts';
import { compareDetections, spares } from './detection-list.ts';
import {
  compareNoisy,
  type DetectionPictures,
  detectionPictures,
  structureCase,
} from './network-file.ts';

/*
 * What the checks of whole detectors have in common: a golden file holds a network by its formula,
 * pictures, maps, detections and one training step.
 */

/** A detector beside the golden file that it is compared with. */
export interface DetectorCheck<D extends Detector = Detector> {
  readonly path: string;
  readonly root: GoldenNode;
  readonly detector: D;
  readonly pictures: DetectionPictures;
}

export type Outputs = ReturnType<Program['call']>;

/** What a detector has of its own. */
export interface DetectorParts<D extends Detector> {
  /** Maps of the output by the file's names. */
  readonly mapNames: Readonly<Record<string, keyof DetectorOutput>>;
  /** What the test computes beside maps and the outputs that detections are decoded from. */
  testOutputs?(check: DetectorCheck<D>, step: TestStep): Readonly<Record<string, Tensor>>;
  train(check: DetectorCheck<D>): FunctionSpec;
  /** Cases between the maps and the training. */
  testCases(check: DetectorCheck<D>, outputs: Outputs): readonly ParityCase[];
  /** @param program its function `train` is the one above */
  trainCases(check: DetectorCheck<D>, program: Program): readonly ParityCase[];
}

/** Structure, maps, what the parts compare in a test, and the training step. */
export function checkDetector<D extends Detector>(
  mode: Mode,
  path: string,
  root: GoldenNode,
  detector: D,
  parts: DetectorParts<D>,
): ParityCase[] {
  const structure = structureCase(path, root, detector.params);
  if (!structure.ok) return [structure];
  const check = { path, root, detector, pictures: detectionPictures(root) };
  const shapes: Record<string, readonly number[]> = {};
  const { seed } = formulaSettings(root);
  const program = createProgram({
    mode,
    state: stateSpecs(detector.params),
    initial: formulaState(detector.params, seed, formulaChanges(root)),
    functions: { test: testFunction(check, parts, shapes), train: parts.train(check) },
  });
  try {
    const { images, imgShapes } = check.pictures;
    const outputs = program.call('test', {
      images,
      imgShapes: Float32Array.from(imgShapes.flat()),
    });
    return [
      structure,
      mapsCase(check, Object.keys(parts.mapNames), outputs, shapes),
      ...parts.testCases(check, outputs),
      ...parts.trainCases(check, program),
    ];
  } finally {
    program.dispose();
  }
}

function testFunction<D extends Detector>(
  check: DetectorCheck<D>,
  parts: DetectorParts<D>,
  shapes: Record<string, readonly number[]>,
): FunctionSpec {
  const { detector, pictures } = check;
  const { spec } = pictures;
  return {
    inputs: { images: spec, imgShapes: { shape: [spec.shape[0], 2], dtype: 'float32' } },
    run(state, inputs) {
      const context = forwardContext(state, false);
      const output = detector.forward(context, inputs['images'] as Tensor4D);
      const outputs: Record<string, Tensor> = {};
      for (const [golden, own] of Object.entries(parts.mapNames)) {
        output[own].forEach((map, level) => {
          outputs[`${golden}_${level}`] = map;
          shapes[`${golden}_${level}`] = map.shape;
        });
      }
      const step = { context, output, imgShapes: inputs['imgShapes'] as Tensor2D };
      Object.assign(outputs, detector.testing.outputs(step), parts.testOutputs?.(check, step));
      return { outputs, state: {} };
    },
  };
}

function mapsCase(
  { path, root }: DetectorCheck,
  names: readonly string[],
  outputs: Outputs,
  shapes: Readonly<Record<string, readonly number[]>>,
): ParityCase {
  const comparison = new Comparison(path, 'maps');
  for (const golden of names) {
    root
      .get('eval')
      .get(golden)
      .list()
      .forEach((node, level) => {
        const name = `${golden}_${level}`;
        const view = torchView(shapes[name] ?? [], outputs[name] ?? new Float32Array(0));
        compareNoisy(comparison, name, view, node);
      });
  }
  return comparison.result();
}

/** One picture's part of an output that has the pictures first. */
export function partOf(
  outputs: Outputs,
  name: string,
  picture: number,
  pictures: number,
): Float32Array {
  const whole = outputs[name] as Float32Array;
  const size = whole.length / pictures;
  return whole.subarray(picture * size, (picture + 1) * size);
}

/**
 * The detections of every picture.
 *
 * @param maxPerPicture of the detector's test; `decode` is asked for some more, for those that
 *   noise puts in or out
 * @param decode detections of one picture from its parts of the outputs
 */
export function detectionsCase(
  { path, root, pictures }: DetectorCheck,
  outputs: Outputs,
  maxPerPicture: number,
  decode: (
    part: (name: string) => Float32Array,
    picture: DecodedPicture,
    maxPerPicture: number,
  ) => Detections,
): ParityCase {
  const comparison = new Comparison(path, 'detections');
  const [count] = pictures.spec.shape;
  root
    .get('detections')
    .list()
    .forEach((golden, picture) => {
      const found = decode(
        (name) => partOf(outputs, name, picture, count),
        { imgShape: pictures.imgShapes[picture] as Size, scaleFactor: null },
        maxPerPicture + spares,
      );
      compareDetections(comparison, `picture ${picture}`, found, golden, maxPerPicture);
    });
  return comparison.result();
}
