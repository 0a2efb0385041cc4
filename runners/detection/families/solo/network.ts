import { membersOf } from '../../members.ts';
import type { BackboneSpec } from '../../parts/backbone.ts';
import { pyramidTrunk } from '../../parts/pyramid-trunk.ts';
import type { Detector, DetectorOptions, DetectorOutput } from '../../types.ts';
import { type SoloTestConfig, soloFound, soloTest } from './candidates.ts';
import { cellCount, maskStrides, soloGrids } from './grids.ts';
import { type SoloMaps, soloHead } from './head.ts';
import { soloLosses } from './losses.ts';
import { soloMaker } from './maker.ts';
import { type SoloPicture, type SoloRows, soloDetections } from './masks.ts';
import { wordsOf } from './targets.ts';

export interface SoloSpec {
  readonly backbone: BackboneSpec;
  /** Channels of pyramid and head; 256 in all published configs. */
  readonly channels?: number;
  /** Convolutions of the head before its last; 7 in all published configs. */
  readonly stacked?: number;
  readonly test?: SoloTestConfig;
}

/** Of the pyramid; the head's levels have others. */
const strides = [4, 8, 16, 32, 64];

type SoloOutput = DetectorOutput & SoloMaps;

const family = 'anchor-free';

/**
 * SOLO (Wang et al. 2020, arXiv:1912.04488): an object is the cell of a grid in which its middle
 * lies, and its mask a channel of that cell. There are no boxes.
 *
 * Config: mmdetection 3.3.0 configs/solo/solo_r50_fpn_1x_coco.py.
 */
export function solo(
  name: string,
  { backbone: spec, channels = 256, stacked = 7, test = soloTest }: SoloSpec,
  { classes, backbone: training }: DetectorOptions,
): Detector<SoloOutput> {
  const pyramid = { channels, startLevel: 0, extra: 'pool' } as const;
  const trunk = pyramidTrunk({ backbone: spec, family, strides, ...pyramid }, training);
  const { cells } = soloGrids;
  const head = soloHead(trunk.scope.child('mask_head'), {
    ...{ classes, inputs: channels, channels, stacked, cells },
  });
  return {
    name,
    classes,
    masks: true,
    params: trunk.scope.params,
    // Scores are of cells, which are as many for every size of picture.
    shapes: trunk.shapes(name, []),
    forward(context, images) {
      const maps = trunk.features(context, images);
      return { ...maps, boxes: [], ...head.run(context, maps.features) };
    },
    training: {
      targets: ({ batchSize, boxes }) => soloMaker({ classes, batchSize, boxes }),
      inputs({ pictures, height, width }, { boxes }) {
        const shape = [pictures, cellCount(soloGrids)];
        const masks = maskStrides(soloGrids).map((stride) => [
          `masks${stride}`,
          { shape: [pictures, boxes, wordsOf([height, width], stride)], dtype: 'float32' } as const,
        ]);
        return {
          labels: { shape, dtype: 'float32' },
          labelWeights: { shape, dtype: 'float32' },
          owners: { shape, dtype: 'float32' },
          positive: { shape, dtype: 'float32' },
          ...Object.fromEntries(masks),
        };
      },
      // The positive cells.
      totals: 1,
      losses({ context, output, inputs, part }) {
        const masks = output.maskFeatures.map((map, level) => head.masks(context, map, level));
        const { mask, cls } = soloLosses({ logits: output.logits, masks }, inputs, soloGrids, part);
        return { loss_mask: mask, loss_cls: cls };
      },
    },
    testing: {
      outputs: ({ context, output }) => ({
        ...soloFound(context, head, output, soloGrids, classes, test),
      }),
      decode: (values, picture, batch) =>
        soloDetections(
          values as unknown as SoloRows,
          picture as SoloPicture,
          batch,
          test.maskThreshold,
        ),
    },
  };
}

/** A member by its backbone and sizes. */
export const soloOf = membersOf<SoloSpec>({ kind: 'solo', family, masks: true }, solo);
