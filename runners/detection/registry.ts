import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import { suggestion } from '../../common/nearest.ts';
import { type FasterRcnnSpec, fasterRcnn } from './families/faster-rcnn/network.ts';
import { type GflSpec, gfl } from './families/gfl/network.ts';
import { type RetinanetSpec, retinanet } from './families/retinanet/network.ts';
import {
  type BackboneSpec,
  type BackboneTraining,
  backbones,
  pretrainedBackbone,
} from './parts/backbone.ts';
import type { Detector, DetectorOptions } from './types.ts';

interface Member {
  readonly backbone: BackboneSpec;
  build(name: string, options: DetectorOptions): Detector;
}

/** A family's member by the family's specification. */
const member =
  <Spec extends { readonly backbone: BackboneSpec }>(
    family: (name: string, spec: Spec, options: DetectorOptions) => Detector,
  ) =>
  (spec: Spec): Member => ({
    backbone: spec.backbone,
    build: (name, options) => family(name, spec, options),
  });
const retina = member<RetinanetSpec>(retinanet);
const faster = member<FasterRcnnSpec>(fasterRcnn);
const focal = member<GflSpec>(gfl);

/**
 * One line per detector. A name says family, backbone and neck, as mmdetection's configs do; what
 * follows `fpn` is not published: `fpn64` has pyramid and head of 64 channels, with two
 * convolutions in the head instead of four, and `w16` a backbone of a quarter of the width.
 */
const detectors: Readonly<Record<string, Member>> = {
  'retinanet-r18-fpn': retina({ backbone: backbones.r18 }),
  'retinanet-r34-fpn': retina({ backbone: backbones.r34 }),
  'retinanet-r50-fpn': retina({ backbone: backbones.r50 }),
  'retinanet-r101-fpn': retina({ backbone: backbones.r101 }),
  'retinanet-x101-32x4d-fpn': retina({ backbone: backbones['x101-32x4d'] }),
  'retinanet-x101-64x4d-fpn': retina({ backbone: backbones['x101-64x4d'] }),
  'retinanet-r18w16-fpn32': retina({ backbone: backbones.r18w16, channels: 32, stacked: 2 }),
  'retinanet-r18w32-fpn64': retina({ backbone: backbones.r18w32, channels: 64, stacked: 2 }),
  'retinanet-r18-fpn64': retina({ backbone: backbones.r18, channels: 64, stacked: 2 }),
  'retinanet-r50-fpn64': retina({ backbone: backbones.r50, channels: 64, stacked: 2 }),
  'faster-rcnn-r18-fpn': faster({ backbone: backbones.r18 }),
  'faster-rcnn-r34-fpn': faster({ backbone: backbones.r34 }),
  'faster-rcnn-r50-fpn': faster({ backbone: backbones.r50 }),
  'faster-rcnn-r101-fpn': faster({ backbone: backbones.r101 }),
  'faster-rcnn-x101-32x4d-fpn': faster({ backbone: backbones['x101-32x4d'] }),
  'faster-rcnn-x101-64x4d-fpn': faster({ backbone: backbones['x101-64x4d'] }),
  'gfl-r18-fpn': focal({ backbone: backbones.r18 }),
  'gfl-r50-fpn': focal({ backbone: backbones.r50 }),
  'gfl-r101-fpn': focal({ backbone: backbones.r101 }),
  'gfl-r18w16-fpn32': focal({ backbone: backbones.r18w16, channels: 32, stacked: 2 }),
};

export function detectorNames(): readonly string[] {
  return Object.keys(detectors);
}

export function hasDetector(name: string): boolean {
  return Object.hasOwn(detectors, name);
}

/**
 * What zoos of trained weights call the backbone of a detector; null for other networks, and where
 * nobody released any.
 */
export function detectorArchitecture(name: string): string | null {
  return hasDetector(name) ? (lookUp(detectors, name)?.backbone.architecture ?? null) : null;
}

/**
 * The detector called `name`.
 *
 * @throws UsageError `MODEL_UNKNOWN` with the nearest known name
 */
export function createDetector(
  name: string,
  { classes, backbone = pretrainedBackbone }: { classes: number; backbone?: BackboneTraining },
): Detector {
  const found = hasDetector(name) ? lookUp(detectors, name) : undefined;
  if (found === undefined) {
    throw new UsageError(
      'MODEL_UNKNOWN',
      `There is no detector called "${name}". ${suggestion(name, detectorNames())}`,
    );
  }
  if (!Number.isInteger(classes) || classes < 1) {
    throw new UsageError(
      'MODEL_CLASSES',
      `The detector "${name}" needs a whole number of classes of at least 1, not ${classes}.`,
    );
  }
  return found.build(name, { classes, backbone });
}
