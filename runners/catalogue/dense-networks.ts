import '../detection/all.ts';
import '../segmentation/all.ts';
import { lookUp } from '../../common/look-up.ts';
import { detectors } from '../detection/registry.ts';
import type { DenseNetworkWords } from '../distillers/dense/network-words.ts';
import type { DenseFamily } from '../distillers/dense/types.ts';
import { segmenters } from '../segmentation/registry.ts';

/*
 * What detectors and segmenters say of themselves, by their names and by those that published
 * tables print.
 */

/**
 * Families of the kinds of dense networks that published tables speak of and Redistill has not: a
 * cell that is not run yet states its official hyper-parameters all the same. A kind that has come
 * since says its family itself, and its line here counts no more.
 */
const elsewhere: Readonly<Record<string, DenseFamily>> = {
  fcos: 'anchor-free',
  reppoints: 'anchor-free',
  solo: 'anchor-free',
  yolox: 'anchor-free',
};

/** Every dense network here, with its name. */
function known(): readonly (readonly [name: string, words: DenseNetworkWords])[] {
  return [detectors, segmenters].flatMap((table) =>
    table.ids.map((id) => [id, table.find(id) as DenseNetworkWords] as const),
  );
}

/** What the dense network called `name` says of itself; undefined for other names. */
export function denseWordsOf(name: string): DenseNetworkWords | undefined {
  return detectors.find(name) ?? segmenters.find(name);
}

/** The name here of what published tables call `printed`; undefined where none here has that. */
export function denseNamePrintedAs(printed: string): string | undefined {
  return known().find(([, words]) => words.printed === printed)?.[0];
}

/**
 * The kind of network that `retinanet-r18-fpn` or `faster_rcnn_r50` is: `retinanet`; null for a
 * name that begins like none.
 */
export function denseKindOf(network: string): string | null {
  const own = denseWordsOf(network);
  if (own !== undefined) return own.kind;
  const name = network.replaceAll('_', '-');
  const kinds = [...known().map(([, { kind }]) => kind), ...Object.keys(elsewhere)];
  return kinds.find((each) => name === each || name.startsWith(`${each}-`)) ?? null;
}

/**
 * The family of `retinanet-r18-fpn` or `faster_rcnn_r50`; null for a name that begins like none of
 * them.
 */
export function denseFamilyOf(network: string): DenseFamily | null {
  const kind = denseKindOf(network);
  if (kind === null) return null;
  const here = known().find(([, words]) => words.kind === kind);
  return here?.[1].family ?? lookUp(elsewhere, kind) ?? null;
}
