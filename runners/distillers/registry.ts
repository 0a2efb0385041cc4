import { at } from './at.ts';
import { correlation } from './correlation.ts';
import { crd } from './crd.ts';
import { dist } from './dist.ts';
import { dkd } from './dkd.ts';
import { fitnet } from './fitnet.ts';
import { kd } from './kd.ts';
import { mgd } from './mgd.ts';
import { mlkd } from './mlkd.ts';
import { nkd } from './nkd.ts';
import { none } from './none.ts';
import { nst } from './nst.ts';
import { ofa } from './ofa.ts';
import { ofd } from './ofd.ts';
import { pkt } from './pkt.ts';
import { ctkd } from './plugins/ctkd.ts';
import { lskd } from './plugins/lskd.ts';
import { sdd } from './plugins/sdd.ts';
import { reviewkd } from './reviewkd.ts';
import { rkd } from './rkd.ts';
import { sp } from './sp.ts';
import { srrl } from './srrl.ts';
import type { LogitPlugin, Method } from './types.ts';
import { vid } from './vid.ts';

/** Every method, one line each. A new method is a file of its own and a line here. */
export const methods: readonly Method[] = [
  none,
  kd,
  dkd,
  nkd,
  fitnet,
  at,
  nst,
  pkt,
  rkd,
  sp,
  vid,
  crd,
  srrl,
  reviewkd,
  ofd,
  mlkd,
  dist,
  correlation,
  ofa,
  mgd,
];

/**
 * Every plug-in, in the canonical order of method ids, which is the order in which they act: `sdd`
 * decides which rows there are, `lskd` what a row looks like, `ctkd` by what it is divided.
 */
export const plugins: readonly LogitPlugin[] = [sdd, lskd, ctkd];

export const methodIds: readonly string[] = methods.map((method) => method.id);
export const pluginIds: readonly string[] = plugins.map((plugin) => plugin.id);

/** The method called `id`, or undefined. */
export function findMethod(id: string): Method | undefined {
  return methods.find((method) => method.id === id);
}

/** The plug-in called `id`, or undefined. */
export function findPlugin(id: string): LogitPlugin | undefined {
  return plugins.find((plugin) => plugin.id === id);
}
