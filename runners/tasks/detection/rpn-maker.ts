import { RandomStream } from '../../../common/random.ts';
import type { DenseBatch, Targets } from '../../data/dense/batch.ts';
import type { TargetModule } from '../../data/dense/target-maker.ts';
import { type AnchorGrid, anchorGrid, type Truth } from './anchor-targets.ts';
import { pyramidSizes, rpnAnchors } from './anchors.ts';
import { rpnTargets } from './rpn-targets.ts';
import { randomChoice } from './sampling.ts';

/** What the target maker needs. */
export interface RpnMakerOptions {
  readonly [name: string]: number | readonly number[];
  readonly strides: readonly number[];
  /** Anchors' edges in units of the stride. */
  readonly scales: readonly number[];
  /** Anchors of a picture that count, and the greatest share of positives. */
  readonly num: number;
  readonly posFraction: number;
}

/** For `DenseLoaderOptions.targets`: the RPN's targets, made in the loader's thread. Needs full batches. */
export function rpnMaker(options: RpnMakerOptions): TargetModule {
  return { module: import.meta.url, options };
}

/**
 * Makes the inputs `labels`, `labelWeights`, `boxTargets`, `boxWeights` and `normaliser` of `RpnTargets`. Anchors are
 * drawn from the stream `rpn/<epoch>/<picture>`.
 */
export function createTargetMaker(
  options: RpnMakerOptions,
): (batch: DenseBatch, place: { epoch: number; seed: number | null }) => Targets {
  const { num, posFraction } = options;
  const config = { ...rpnAnchors, strides: options.strides, scales: options.scales };
  const grids = new Map<string, AnchorGrid>();
  return (batch, { epoch, seed }) => {
    const key = `${batch.height} ${batch.width}`;
    const sizes = pyramidSizes([batch.height, batch.width], options.strides);
    const grid = grids.get(key) ?? anchorGrid(config, sizes);
    grids.set(key, grid);
    const choose = (picture: number) =>
      randomChoice(RandomStream.named(seed ?? 0, `rpn/${epoch}/${batch.pictures[picture]?.index}`));
    const truths = batch.pictures as readonly Truth[];
    const { samples, ...made } = rpnTargets(grid, truths, choose, { num, posFraction });
    return made;
  };
}
