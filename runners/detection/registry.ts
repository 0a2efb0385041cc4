import { UsageError } from '../../common/errors.ts';
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
 * @throws UsageError `MODEL_UNKNOWN` with the nearest known name, `MODEL_CLASSES`; `MODEL_MASKS`
 *   where its kind says otherwise of masks than what it builds
 */
export function createDetector(
  name: string,
  { classes, backbone = pretrainedBackbone }: Asked,
): Detector {
  const { build, masks } = kindNamed(detectors, 'detector', name, classes);
  const detector = build(name, { classes, backbone });
  if (detector.masks === masks) return detector;
  throw new UsageError(
    'MODEL_MASKS',
    `The detector "${name}" is ${detector.masks ? 'one of masks, but its kind does not say so' : 'one of boxes, but its kind says that it finds masks'}.`,
    { hint: 'Give the kind and what it builds the same `masks`: plans go by the kind.' },
  );
}

/** The same for a detector that may not be loaded yet. */
export async function loadDetector(name: string, asked: Asked): Promise<Detector> {
  await detectors.load([name]);
  return createDetector(name, asked);
}
