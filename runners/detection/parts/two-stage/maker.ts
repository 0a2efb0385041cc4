import { codeUrl } from '../../../../common/installation.mjs';
import { RandomStream } from '../../../../common/random.ts';
import type { DenseBatch } from '../../../data/dense/batch.ts';
import type { TargetMaker, TargetModule } from '../../../data/dense/target-maker.ts';
import { gridsBySize, type Truth } from '../../geometry/anchor-targets.ts';
import { paddedTruth } from '../../geometry/padded-truth.ts';
import { randomChoice } from '../../geometry/sampling.ts';
import { bitsAsFloats, wholeBatch } from '../../geometry/whole-batch.ts';
import { rpnAnchors } from './anchors.ts';
import { rpnTargets } from './rpn-targets.ts';

/** What the target maker of a two-stage detector needs. */
export interface RcnnMakerOptions {
  readonly [name: string]: number | readonly number[] | boolean;
  readonly batchSize: number;
  readonly strides: readonly number[];
  /** Anchors' edges in units of the stride. */
  readonly scales: readonly number[];
  /** Anchors of a picture that count in the RPN's losses, and the greatest share of positives. */
  readonly num: number;
  readonly posFraction: number;
  /** Places for true boxes. */
  readonly boxes: number;
  /** Whether masks are wanted too. Absent: false. */
  readonly masks?: boolean;
}

/**
 * For `DenseLoaderOptions.targets`: the RPN's targets, and what the second stage is sampled from,
 * made in the loader's thread.
 */
export function rcnnMaker(options: RcnnMakerOptions): TargetModule {
  return { module: codeUrl(new URL('./maker.ts', import.meta.url)).href, options };
}

/**
 * Makes the inputs of `RpnTargets`, and `truthBoxes`, `truthLabels`, `truthValid`, `imgShapes` and
 * `seed`; where masks are wanted, `truthMasks` of `packedMasks`. The RPN's anchors are drawn from
 * the stream `rpn/<epoch>/<picture>`, the seed of the regions from `roi/<epoch>/<step>`. Slots
 * without a picture weigh nothing.
 */
export function createTargetMaker(options: RcnnMakerOptions): TargetMaker {
  const { num, posFraction, batchSize, strides, scales, boxes, masks = false } = options;
  const gridOf = gridsBySize({ ...rpnAnchors, strides, scales });
  return (batch, { epoch, seed }) => {
    const stream = (name: string) => RandomStream.named(seed ?? 0, `${name}`);
    const choose = (picture: number) =>
      randomChoice(stream(`rpn/${epoch}/${batch.pictures[picture]?.index}`));
    const truths = batch.pictures as readonly Truth[];
    const {
      normaliser,
      samples: _,
      ...made
    } = rpnTargets(gridOf(batch), truths, choose, {
      num,
      posFraction,
    });
    const draw = stream(`roi/${epoch}/${batch.step}`);
    return {
      ...wholeBatch(made, batch.size, batchSize),
      normaliser,
      ...paddedTruth(batch, batchSize, boxes),
      ...(masks && { truthMasks: bitsAsFloats(packedMasks(batch, batchSize, boxes)) }),
      seed: Int32Array.of(draw.uint32() | 0, draw.uint32() | 0),
    };
  };
}

/** Values of 32 pixels each that a row of `width` pixels takes. */
export const packedWidth = (width: number): number => Math.ceil(width / 32);

/**
 * The masks of all true boxes, a bit per pixel: [batchSize, places, height, packedWidth(width)],
 * the first pixel of 32 in the lowest bit. A mask of a byte per pixel would be eight times as much
 * to send, one of float32 thirty-two times.
 */
export function packedMasks(
  { pictures, height, width }: Pick<DenseBatch, 'pictures' | 'height' | 'width'>,
  batchSize: number,
  places: number,
): Int32Array {
  const words = packedWidth(width);
  const packed = new Int32Array(batchSize * places * height * words);
  pictures.forEach(({ masks, imgShape: [rows, columns] }, slot) => {
    masks?.forEach((mask, place) => {
      const start = (slot * places + place) * height * words;
      for (let y = 0; y < rows; y += 1) {
        const row = start + y * words;
        for (let x = 0; x < columns; x += 1) {
          if (mask[y * columns + x] === 0) continue;
          const at = row + (x >> 5);
          packed[at] = (packed[at] as number) | (1 << (x & 31));
        }
      }
    });
  });
  return packed;
}
