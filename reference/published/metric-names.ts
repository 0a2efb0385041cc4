import { lookUp } from '../../common/look-up.ts';

/** Sizes of objects as tables write them behind AP and AR, and as pycocotools orders them. */
const sizes: Readonly<Record<string, string>> = { S: 's', M: 'm', L: 'l' };

/**
 * The name under which a trial measures what a table prints as `printed`: COCO's figures have
 * pycocotools' names (`mAP` is `AP`, `APS` is `APs`, `mAR`, for up to 100 boxes, is `AR100`), those
 * of masks the prefix `mask` (`mask_mAP` is `maskAP`). Any other name is as printed.
 */
export function metricName(printed: string): string {
  const [, prefix = '', figure = printed] = /^(box_|mask_)?(.*)$/.exec(printed) ?? [];
  const name = cocoName(figure);
  if (name === null) return printed;
  return prefix === 'mask_' ? `mask${name}` : name;
}

function cocoName(figure: string): string | null {
  if (figure === 'mAP') return 'AP';
  if (figure === 'mAR') return 'AR100';
  const [, kind, size] = /^(AP|AR)([SML]|50|75)$/.exec(figure) ?? [];
  return kind === undefined || size === undefined ? null : `${kind}${lookUp(sizes, size) ?? size}`;
}
