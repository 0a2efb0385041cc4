import type { KindLoaders } from '../../../common/kind-table.ts';
import type { LogitPlugin } from '../types.ts';

/**
 * Every plug-in, one line each, in the canonical order of method ids, which is the order in which
 * they act: `sdd` decides which rows there are, `lskd` what a row looks like, `ctkd` by what it is
 * divided.
 */
export const pluginKinds = {
  sdd: async () => (await import('./sdd.ts')).sdd,
  lskd: async () => (await import('./lskd.ts')).lskd,
  ctkd: async () => (await import('./ctkd.ts')).ctkd,
} satisfies KindLoaders<LogitPlugin>;

/** Ids of those in this table; users may add more. */
export type PluginId = keyof typeof pluginKinds;
