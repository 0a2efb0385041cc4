import type { KindLoaders } from '../../../common/kind-table.ts';
import type { DenseMethod } from './types.ts';

/**
 * Every method of detection and segmentation, one line each. A new method is a file of its own and
 * a line here.
 */
export const denseMethodKinds = {
  none: async () => (await import('./none.ts')).none,
  kd: async () => (await import('./kd.ts')).kd,
  cwd: async () => (await import('./cwd.ts')).cwd,
  fitnet: async () => (await import('./fitnet.ts')).fitnet,
  fgd: async () => (await import('./fgd.ts')).fgd,
  mgd: async () => (await import('./mgd.ts')).mgd,
  at: async () => (await import('./at.ts')).at,
  local: async () => (await import('./local.ts')).local,
  pa: async () => (await import('./pa.ts')).pa,
  ho: async () => (await import('./ho.ts')).ho,
  ifvd: async () => (await import('./ifvd.ts')).ifvd,
  fkd: async () => (await import('./fkd.ts')).fkd,
  fgfi: async () => (await import('./fgfi.ts')).fgfi,
} satisfies KindLoaders<DenseMethod>;

/** Ids of those in this table; users may add more. */
export type DenseMethodId = keyof typeof denseMethodKinds;
