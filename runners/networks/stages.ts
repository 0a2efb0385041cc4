import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Network, NetworkOutput, StagePlaces } from './types.ts';

/** Where a network's stages are, for one with `count` features: by default all but the stem's. */
export function stagePlaces({ stages }: Pick<Network, 'stages'>, count: number): StagePlaces {
  if (stages !== undefined) return stages;
  return {
    of: 'features',
    places: Array.from({ length: Math.max(0, count - 1) }, (_, index) => index + 1),
  };
}

/** The place of every stage's last block among all blocks. */
export function stageEnds(depths: readonly number[]): number[] {
  let blocks = 0;
  return depths.map((depth) => {
    blocks += depth;
    return blocks - 1;
  });
}

/**
 * The features after the stages of a network, as OFAKD's `stage_info` chooses them: maps
 * [B, H, W, C], or tokens [B, tokens, C].
 */
export function stageFeatures(
  network: Pick<Network, 'stages'>,
  output: NetworkOutput,
): readonly (Tensor3D | Tensor4D)[] {
  const { of, places } = stagePlaces(network, output.features.length);
  const list: readonly (Tensor3D | Tensor4D)[] = output[of] ?? [];
  return places.map((place) => list[place] as Tensor3D | Tensor4D);
}
