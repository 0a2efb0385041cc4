import { KindTable } from '../../common/kind-table.ts';
import { kindNamed } from '../networks/kind-named.ts';
import { detectorKinds } from './kinds.ts';
import { type BackboneTraining, pretrainedBackbone } from './parts/backbone.ts';
import type { Detector } from './types.ts';

export const detectors = new KindTable('detector', detectorKinds, 'runners/detection/kinds.ts');

export function detectorNames(): readonly string[] {
  return detectors.ids;
}

export function hasDetector(name: string): boolean {
  return detectors.has(name);
}

interface Asked {
  readonly classes: number;
  /** Default: as mmdetection's configs train backbones that were trained before. */
  readonly backbone?: BackboneTraining;
}

/**
 * The detector called `name`. It must be loaded: by `loadDetector`, or all of them by `all.ts`.
 *
 * @throws UsageError `MODEL_UNKNOWN` with the nearest known name, `MODEL_CLASSES`
 */
export function createDetector(
  name: string,
  { classes, backbone = pretrainedBackbone }: Asked,
): Detector {
  return kindNamed(detectors, 'detector', name, classes).build(name, { classes, backbone });
}

/** The same for a detector that may not be loaded yet. */
export async function loadDetector(name: string, asked: Asked): Promise<Detector> {
  await detectors.load([name]);
  return createDetector(name, asked);
}
