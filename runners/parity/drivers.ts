import type { DenseMethodId } from '../distillers/dense/kinds.ts';
import type { MethodId } from '../distillers/kinds.ts';
import type { PluginId } from '../distillers/plugins/kinds.ts';
import type { Drivers } from './driver.ts';

/*
 * The parity driver of every method and plug-in, by the kind's id: `methods/<id>.ts` and so on, or
 * why there is none. They are apart from the kinds themselves, so that no training loads them.
 */

export const methodDrivers: Drivers<MethodId> = {
  none: async () => (await import('./methods/none.ts')).none,
  kd: async () => (await import('./methods/kd.ts')).kd,
  bkd: async () => (await import('./methods/bkd.ts')).bkd,
  dkd: async () => (await import('./methods/dkd.ts')).dkd,
  nkd: async () => (await import('./methods/nkd.ts')).nkd,
  fitnet: async () => (await import('./methods/fitnet.ts')).fitnet,
  'fitnet-stages': async () => (await import('./methods/fitnet-stages.ts')).fitnetStages,
  'locality-guidance': async () =>
    (await import('./methods/locality-guidance.ts')).localityGuidance,
  at: async () => (await import('./methods/at.ts')).at,
  nst: async () => (await import('./methods/nst.ts')).nst,
  pkt: async () => (await import('./methods/pkt.ts')).pkt,
  rkd: async () => (await import('./methods/rkd.ts')).rkd,
  sp: async () => (await import('./methods/sp.ts')).sp,
  vid: async () => (await import('./methods/vid.ts')).vid,
  crd: async () => (await import('./methods/crd.ts')).crd,
  srrl: async () => (await import('./methods/srrl.ts')).srrl,
  reviewkd: async () => (await import('./methods/reviewkd.ts')).reviewkd,
  ofd: async () => (await import('./methods/ofd.ts')).ofd,
  mlkd: async () => (await import('./methods/mlkd.ts')).mlkd,
  dist: async () => (await import('./methods/dist.ts')).dist,
  correlation: async () => (await import('./methods/correlation.ts')).correlation,
  ofa: async () => (await import('./methods/ofa.ts')).ofa,
  mgd: async () => (await import('./methods/mgd.ts')).mgd,
  'cat-kd': async () => (await import('./methods/cat-kd.ts')).catKd,
  wttm: async () => (await import('./methods/wttm.ts')).wttm,
};

/** The files of a plug-in are those of methods with it. */
export const pluginDrivers: Drivers<PluginId> = {
  sdd: async () => (await import('./plugins/sdd.ts')).sdd,
  lskd: async () => (await import('./plugins/lskd.ts')).lskd,
  ctkd: async () => (await import('./plugins/ctkd.ts')).ctkd,
};

export const denseMethodDrivers: Drivers<DenseMethodId> = {
  none: { noGolden: "It adds nothing to the task's own losses, which detectors' files check." },
  kd: async () => (await import('./dense/kd.ts')).kd,
  cwd: async () => (await import('./dense/cwd.ts')).cwd,
  fitnet: {
    noGolden:
      'No official code of FitNets for detection was published; its parts are those of others.',
  },
  fgd: async () => (await import('./dense/fgd.ts')).fgd,
  fkd: async () => (await import('./dense/fkd.ts')).fkd,
  fgfi: async () => (await import('./dense/fgfi.ts')).fgfi,
  // One file has the cases of classification, detection and segmentation.
  mgd: async () => (await import('./methods/mgd.ts')).mgd,
  at: async () => (await import('./dense/at.ts')).at,
  local: { noGolden: 'No official code of local similarity distillation was found.' },
  pa: async () => (await import('./dense/pa.ts')).pa,
  ho: async () => (await import('./dense/ho.ts')).ho,
  ifvd: async () => (await import('./dense/ifvd.ts')).ifvd,
};
