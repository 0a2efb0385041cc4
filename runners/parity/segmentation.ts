import type { ParityCheck } from '../../contract/parity.ts';
import type { Mode } from './networks.ts';
import { segmentationLogitsCheck } from './seg/logits.ts';
import { segmentationMetricsCheck } from './seg/metrics.ts';
import { segnetCheck } from './seg/segnet.ts';

/** The check of a golden file of semantic segmentation, or null where no check claims it. */
export function segmentationCheck(path: string, mode: Mode): ParityCheck | null {
  return checks[path]?.(mode) ?? null;
}

const checks: Readonly<Record<string, (mode: Mode) => ParityCheck>> = {
  'segm/metrics.json': () => segmentationMetricsCheck,
  'segm/logits.json': segmentationLogitsCheck,
  'segnet/pspnet_r18.json': segnetCheck,
  'segnet/deeplabv3_r18.json': segnetCheck,
  'segnet/torchdistiller_pspnet_r18.json': segnetCheck,
};
