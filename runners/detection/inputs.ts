import { canonicalJson, type Json } from '../../common/canonical.ts';
import type { Size } from '../data/dense/geometry.ts';
import { joinedMaker, type PrefixedModule } from '../data/dense/joined-maker.ts';
import type { TargetModule } from '../data/dense/target-maker.ts';
import { regionMaker } from '../distillers/dense/region-maker.ts';
import { mapSizes, regionKinds, regionName } from '../distillers/dense/regions.ts';
import type { DenseDistiller, RegionNeeds } from '../distillers/dense/types.ts';
import type { TensorSpec } from '../engine/types.ts';
import { anchorsOf } from './anchors-of.ts';
import { nearMaker } from './parts/near-anchors.ts';
import type { Detector, TargetRoom } from './types.ts';

/** Prefixes of a student's inputs that the loader makes. */
export interface StudentInputs {
  /** Of the detector's targets. */
  readonly targets: string;
  /** Of the method's regions; null where it has none. */
  readonly regions: string | null;
}

/**
 * What the loader makes for a list of students: each thing once, however many students look at it.
 */
export interface LoaderTargets {
  readonly maker: TargetModule;
  /** In the order of the students. */
  readonly students: readonly StudentInputs[];
}

/** A student as far as its inputs go. */
export interface Learner {
  readonly network: Detector;
  readonly distiller: Pick<DenseDistiller, 'regions'>;
}

export function loaderTargets(learners: readonly Learner[], room: TargetRoom): LoaderTargets {
  const parts: PrefixedModule[] = [];
  const add = (kind: string, maker: TargetModule): string => {
    const same = canonicalJson(maker as unknown as Json);
    const known = parts.find((part) => canonicalJson(part.maker as unknown as Json) === same);
    if (known !== undefined) return known.prefix;
    const prefix = `${kind}${parts.length}`;
    parts.push({ prefix, maker });
    return prefix;
  };
  const students = learners.map(({ network, distiller: { regions } }) => ({
    targets: add('targets', network.training.targets(room)),
    regions: regions === null ? null : add('regions', makerOf(network, regions, room)),
  }));
  return { maker: joinedMaker(parts), students };
}

/** @throws UsageError `METHOD_NETWORKS` where the network has no anchors to look for */
function makerOf(network: Detector, regions: RegionNeeds, { batchSize }: TargetRoom): TargetModule {
  const strides = network.shapes.strides.slice(0, regions.levels);
  if (regions.kind === 'boxes') return regionMaker({ strides, batchSize });
  const { levels, share, boxes } = regions;
  return nearMaker({
    ...anchorsOf(network),
    batchSize,
    levels,
    share,
    allBoxes: boxes === 'all' ? 1 : 0,
  });
}

/** Shapes of what `loaderTargets` makes for one student, by the names of a program's inputs. */
export function targetSpecs(
  { network, distiller: { regions }, inputs }: Learner & { readonly inputs: StudentInputs },
  room: TargetRoom,
  size: Size,
): Record<string, TensorSpec> {
  const [height, width] = size;
  const batch = { pictures: room.batchSize, height, width };
  const specs = Object.fromEntries(
    Object.entries(network.training.inputs(batch, room)).map(([name, spec]) => [
      `${inputs.targets}/${name}`,
      spec,
    ]),
  );
  if (regions === null) return specs;
  mapSizes(size, network.shapes.strides.slice(0, regions.levels)).forEach((map, level) => {
    for (const kind of regionKinds(regions)) {
      specs[`${inputs.regions}/${regionName(kind, level)}`] = {
        shape: [room.batchSize, ...map],
        dtype: 'float32',
      };
    }
  });
  return specs;
}
