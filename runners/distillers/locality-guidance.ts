import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { resizeBilinear } from '../engine/ops/index.ts';
import { ModuleScope } from '../networks/modules.ts';
import type { MapShape, NetworkShapes } from '../networks/shapes.ts';
import { stageFeatures } from '../networks/stages.ts';
import type { NetworkOutput } from '../networks/types.ts';
import { defineMethod } from './define.ts';
import { meanSquare, sumOf } from './feature-ops.ts';
import { unless } from './idle.ts';
import { onFeatures } from './on-features.ts';
import * as option from './option.ts';
import { numbersOf } from './option-values.ts';
import { partsContext, refuseNetworks, torchDefaults } from './parts.ts';
import { stageShapes } from './stage-choice.ts';

const id = 'locality-guidance';
const official = 'lkhl/tiny-transformers@d2165f7';

/**
 * Locality guidance: first, middle and last block of a transformer, as maps of patches through a
 * 1x1 convolution, are pulled towards the maps of a CNN's first three stages by the mean of
 * squares. The smaller of two maps is resized bilinearly. Class tokens are left out.
 */
export const localityGuidance = defineMethod({
  kind: 'network',
  id,
  title: 'Locality guidance',
  reference: {
    paper:
      'Li et al.: Locality Guidance for Improving Vision Transformers on Tiny Datasets, ECCV 2022, arXiv 2207.10026',
    equations: 'No equation; the official code was followed, not the text',
    official: `${official} pycls/models/distill.py (INTER_TRANSFORM linear), pycls/core/trainer.py`,
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', `${official} pycls/core/trainer.py`),
    featWeight: option.weight(
      2.5,
      'Weight of the distances, all blocks together',
      `${official} configs (INTER_WEIGHT)`,
    ),
    blocks: option.choice({
      default: 'spread',
      choices: ['spread', '[1,4,8]', '[1,2,3]', '[1,3]'],
      about:
        "Blocks of the student (a CNN's stages), from 1, that the teacher's stages guide. spread: the first, the middle one (of an even number the later), the last",
      source: `${official} configs (INTER_STUDENT_INDEX): spread for 12 and 7 blocks; pvt-ti has [0, 3, 7], from 0`,
    }),
  },
  idle: { blocks: unless('featWeight') },
  refuses: onFeatures(id, false),
  build: ({ blocks, featWeight }, { student, teacher }) => {
    const own = studentMaps(student);
    const guides = teacherMaps(teacher);
    const scope = new ModuleScope().child('feature_transforms');
    const middle = Math.floor(own.length / 2) + 1;
    const chosen = blocks === 'spread' ? [1, middle, own.length] : numbersOf(blocks);
    const parts = chosen.map((block, stage) => {
      const [down, across, width] = own[block - 1] ?? missing(student, own.length, block);
      const [height, wide, channels] = guides[stage] ?? tooFew(teacher);
      return {
        place: block - 1,
        stage,
        size: [Math.max(down, height), Math.max(across, wide)] as const,
        transform: scope.conv(stage, { inputs: width, outputs: channels, kernel: 1, bias: true }),
      };
    });
    return {
      params: torchDefaults(scope.params),
      terms: (step) => {
        const context = partsContext(step);
        const guide = stageFeatures(teacher, step.teacher);
        const distances = parts.map(({ transform, place, stage, size }) => {
          const [height, width] = own[place] as MapShape;
          const map = transform(context, mapAt(student, step.student, place, [height, width]));
          const theirs = resizeBilinear(guide[stage] as Tensor4D, size);
          return meanSquare(theirs, resizeBilinear(map, size));
        });
        return { guidance: tf.mul<Scalar>(sumOf(distances), featWeight) };
      },
    };
  },
});

/** The map of every block of tokens; of a CNN, of every stage. */
function studentMaps(student: NetworkShapes): readonly MapShape[] {
  if (student.tokens === undefined) return mapsOf(student);
  return student.tokens.map(([count, width]) => {
    const side = Math.floor(Math.sqrt(count));
    return [side, side, width];
  });
}

function teacherMaps(teacher: NetworkShapes): readonly MapShape[] {
  if (teacher.tokens === undefined) return mapsOf(teacher);
  return refuseNetworks(id, `the teacher ${teacher.name} is no CNN: it has tokens, not maps`);
}

const mapsOf = (network: NetworkShapes): readonly MapShape[] =>
  stageShapes(network).flatMap((stage) => (stage.of === 'map' ? [stage.shape] : []));

/**
 * The feature after a block as a map [B, H, W, C]. Tokens before those of the largest square are
 * class tokens: some transformers have them in their last blocks only.
 */
function mapAt(
  network: NetworkShapes,
  output: NetworkOutput,
  place: number,
  [height, width]: readonly [number, number],
): Tensor4D {
  const block = output.tokens?.[place];
  if (block === undefined) return stageFeatures(network, output)[place] as Tensor4D;
  const [batch, count, channels] = block.shape;
  const patches = height * width;
  const own = tf.slice(block, [0, count - patches, 0], [batch, patches, channels]);
  return own.reshape([batch, height, width, channels]);
}

const missing = ({ name }: NetworkShapes, last: number, block: number): never =>
  refuseNetworks(id, `${name} has ${last} blocks or stages, so none is number ${block}`);

const tooFew = ({ name }: NetworkShapes): never =>
  refuseNetworks(id, `the teacher ${name} has fewer stages than blocks are guided`);
