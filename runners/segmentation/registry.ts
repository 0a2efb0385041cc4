import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import { suggestion } from '../../common/nearest.ts';
import type { DilatedResnetSpec } from './networks/backbone.ts';
import { encoderDecoder, type SegmenterSpec } from './networks/encoder-decoder.ts';
import type { Segmenter } from './networks/types.ts';

const r18: DilatedResnetSpec = {
  architecture: 'resnet18_v1c',
  block: 'basic',
  counts: [2, 2, 2, 2],
};
const r50: DilatedResnetSpec = {
  architecture: 'resnet50_v1c',
  block: 'bottleneck',
  counts: [3, 4, 6, 3],
};
const r101: DilatedResnetSpec = {
  architecture: 'resnet101_v1c',
  block: 'bottleneck',
  counts: [3, 4, 23, 3],
};

/** Backbones of published segmenters, by depth. */
export const dilatedBackbones: Readonly<Record<number, DilatedResnetSpec>> = {
  18: r18,
  50: r50,
  101: r101,
};

type HeadKind = SegmenterSpec['decode']['kind'];

/**
 * Channels of decode and auxiliary head: those of the configs for ResNet-18, and for ResNet-50 and
 * 101.
 */
const slim = (backbone: DilatedResnetSpec, kind: HeadKind): SegmenterSpec => ({
  backbone,
  decode: { kind, channels: 128 },
  auxiliary: { channels: 64 },
});
const full = (backbone: DilatedResnetSpec, kind: HeadKind): SegmenterSpec => ({
  backbone,
  decode: { kind, channels: 512 },
  auxiliary: { channels: 256 },
});

/** Backbone and heads with `width` channels in place of 64; not published. */
const narrow = (
  { block, counts }: DilatedResnetSpec,
  kind: HeadKind,
  width: number,
): SegmenterSpec => ({
  backbone: { block, counts, width },
  decode: { kind, channels: 2 * width },
  auxiliary: { channels: width },
});

/**
 * One line per segmenter. A name says head, backbone and stride, as mmsegmentation's configs do
 * (`d8`); one with `w16` is not published: it begins with 16 channels in place of 64.
 */
const segmenters: Readonly<Record<string, SegmenterSpec>> = {
  'pspnet-r18-d8': slim(r18, 'psp'),
  'pspnet-r50-d8': full(r50, 'psp'),
  'pspnet-r101-d8': full(r101, 'psp'),
  'deeplabv3-r18-d8': slim(r18, 'aspp'),
  'deeplabv3-r50-d8': full(r50, 'aspp'),
  'deeplabv3-r101-d8': full(r101, 'aspp'),
  'pspnet-r18w8-d8': narrow(r18, 'psp', 8),
  'pspnet-r18w16-d8': narrow(r18, 'psp', 16),
  'pspnet-r18w32-d8': narrow(r18, 'psp', 32),
};

export function segmenterNames(): readonly string[] {
  return Object.keys(segmenters);
}

export function hasSegmenter(name: string): boolean {
  return Object.hasOwn(segmenters, name);
}

/**
 * What zoos of trained weights call the backbone of a segmenter; null for other networks, and where
 * nobody released any.
 */
export function segmenterArchitecture(name: string): string | null {
  return hasSegmenter(name) ? (lookUp(segmenters, name)?.backbone.architecture ?? null) : null;
}

/**
 * The segmenter called `name`.
 *
 * @throws UsageError `MODEL_UNKNOWN` with the nearest known name, `MODEL_CLASSES`
 */
export function createSegmenter(name: string, { classes }: { classes: number }): Segmenter {
  const spec = hasSegmenter(name) ? lookUp(segmenters, name) : undefined;
  if (spec === undefined) {
    throw new UsageError(
      'MODEL_UNKNOWN',
      `There is no segmenter called "${name}". ${suggestion(name, segmenterNames())}`,
    );
  }
  if (!Number.isInteger(classes) || classes < 1) {
    throw new UsageError(
      'MODEL_CLASSES',
      `The segmenter "${name}" needs a whole number of classes of at least 1, not ${classes}.`,
    );
  }
  return encoderDecoder(name, spec, classes);
}
