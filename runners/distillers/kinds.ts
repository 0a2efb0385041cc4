import type { KindLoaders } from '../../common/kind-table.ts';
import type { Method } from './types.ts';

/**
 * Every method, one line each. A new method is a file of its own and a line here; a training loads
 * the file of its own method alone, and so the others are no part of its numerics fingerprint.
 */
export const methodKinds = {
  none: async () => (await import('./none.ts')).none,
  kd: async () => (await import('./kd.ts')).kd,
  bkd: async () => (await import('./bkd.ts')).bkd,
  dkd: async () => (await import('./dkd.ts')).dkd,
  nkd: async () => (await import('./nkd.ts')).nkd,
  fitnet: async () => (await import('./fitnet.ts')).fitnet,
  'fitnet-stages': async () => (await import('./fitnet-stages.ts')).fitnetStages,
  'locality-guidance': async () => (await import('./locality-guidance.ts')).localityGuidance,
  at: async () => (await import('./at.ts')).at,
  nst: async () => (await import('./nst.ts')).nst,
  pkt: async () => (await import('./pkt.ts')).pkt,
  rkd: async () => (await import('./rkd.ts')).rkd,
  sp: async () => (await import('./sp.ts')).sp,
  vid: async () => (await import('./vid.ts')).vid,
  crd: async () => (await import('./crd.ts')).crd,
  srrl: async () => (await import('./srrl.ts')).srrl,
  reviewkd: async () => (await import('./reviewkd.ts')).reviewkd,
  ofd: async () => (await import('./ofd.ts')).ofd,
  mlkd: async () => (await import('./mlkd.ts')).mlkd,
  dist: async () => (await import('./dist.ts')).dist,
  correlation: async () => (await import('./correlation.ts')).correlation,
  ofa: async () => (await import('./ofa.ts')).ofa,
  mgd: async () => (await import('./mgd.ts')).mgd,
  'cat-kd': async () => (await import('./cat-kd.ts')).catKd,
  wttm: async () => (await import('./wttm.ts')).wttm,
} satisfies KindLoaders<Method>;

/** Ids of those in this table; users may add more. */
export type MethodId = keyof typeof methodKinds;
