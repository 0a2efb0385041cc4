import '../../detection/all.ts';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { areaOf } from '../../data/coco/rle.ts';
import type { Detections } from '../../detection/geometry/detections.ts';
import { createDetector } from '../../detection/registry.ts';
import type { Detector } from '../../detection/types.ts';
import { createProgram } from '../../engine/program.ts';
import { forwardContext } from '../../networks/forward.ts';
import { formulaPictures, formulaSettings, formulaState } from '../formula.ts';
import { GoldenNode } from '../golden.ts';
import { type Mode, stateSpecs } from '../networks.ts';
import { compareState, formulaChanges, stateEntries } from '../state-dict.ts';
import { Comparison, largest, relativeTolerance } from '../tolerance.ts';
import { compareDetections } from './detection-list.ts';
import { integersOf } from './layout.ts';

/**
 * Small detectors of every family, by the names here: the names and shapes of the weights that
 * mmdetection saves of them, and what it finds with these weights in a picture.
 */
export const checkpointsCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    return root
      .get('cases')
      .list()
      .map((node) => caseOf(mode, file.path, root, node));
  };

function caseOf(mode: Mode, path: string, root: GoldenNode, node: GoldenNode): ParityCase {
  const name = node.get('name').text();
  const comparison = new Comparison(path, name);
  const detector = createDetector(name, { classes: root.get('num_classes').number() });
  compareState(comparison, detector.params, stateEntries(node));
  const { seed } = formulaSettings(root);
  const state = formulaState(detector.params, seed, formulaChanges(node));
  const golden = node.get('detections');
  const found = foundIn(mode, detector, state, root);
  if (golden.has('bboxes')) compareDetections(comparison, 'detections', found, golden);
  else compareScores(comparison, found, golden);
  if (golden.has('mask_areas')) {
    const areas = (found.masks ?? []).map(areaOf);
    // A pixel may lie as near to the threshold as float32 tells numbers apart.
    comparison.array('areas of masks', areas, golden.get('mask_areas').numbers(), 1);
  }
  return comparison.result();
}

/**
 * What a detector with these weights finds in the golden file's picture.
 *
 * @param state in the engine's layout, by the names of `detector.params`
 */
export function foundIn(
  mode: Mode,
  detector: Detector,
  state: Readonly<Record<string, Float32Array>>,
  root: GoldenNode,
): Detections {
  const shape = root.get('picture').get('shape').shape();
  const [, channels, height, width] = shape as [number, number, number, number];
  const { seed, tag } = formulaSettings(root);
  const program = createProgram({
    mode,
    state: stateSpecs(detector.params),
    initial: state,
    functions: {
      test: {
        inputs: {
          images: { shape: [1, height, width, channels], dtype: 'float32' },
          imgShapes: { shape: [1, 2], dtype: 'float32' },
        },
        run(values, inputs) {
          const context = forwardContext(values, false);
          const output = detector.forward(context, inputs['images'] as Tensor4D);
          const imgShapes = inputs['imgShapes'] as Tensor2D;
          return { outputs: detector.testing.outputs({ context, output, imgShapes }), state: {} };
        },
      },
    },
  });
  try {
    const outputs = program.call('test', {
      images: formulaPictures([1, channels, height, width], seed, tag),
      imgShapes: Float32Array.of(height, width),
    });
    const size = [height, width] as const;
    return detector.testing.decode(
      outputs as Readonly<Record<string, Float32Array>>,
      { imgShape: size, oriShape: size, scaleFactor: null },
      size,
    );
  } finally {
    program.dispose();
  }
}

/** Of detectors that have masks and no boxes. */
function compareScores(comparison: Comparison, found: Detections, golden: GoldenNode): void {
  const scores = golden.get('scores').tensor().data;
  const noise = golden.get('scores_f32_vs_f64_maxabs').number();
  const tolerance = relativeTolerance(noise, largest(scores));
  comparison.array('detections, scores', found.scores, scores, tolerance);
  const labels = [...integersOf(golden.get('labels'))];
  comparison.equal('detections, labels', [...found.labels], labels);
}
