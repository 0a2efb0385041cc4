import { KindTable } from '../../common/kind-table.ts';
import { kindNamed } from '../networks/kind-named.ts';
import { segmenterKinds } from './kinds.ts';
import type { Segmenter } from './networks/types.ts';

export const segmenters = new KindTable(
  'segmenter',
  segmenterKinds,
  'runners/segmentation/kinds.ts',
);

export function segmenterNames(): readonly string[] {
  return segmenters.ids;
}

export function hasSegmenter(name: string): boolean {
  return segmenters.has(name);
}

/**
 * The segmenter called `name`. It must be loaded: by `loadSegmenter`, or all of them by `all.ts`.
 *
 * @throws UsageError `MODEL_UNKNOWN` with the nearest known name, `MODEL_CLASSES`
 */
export function createSegmenter(
  name: string,
  { classes }: { readonly classes: number },
): Segmenter {
  return kindNamed(segmenters, 'segmenter', name, classes).build(name, { classes });
}

/** The same for a segmenter that may not be loaded yet. */
export async function loadSegmenter(
  name: string,
  asked: { readonly classes: number },
): Promise<Segmenter> {
  await segmenters.load([name]);
  return createSegmenter(name, asked);
}
