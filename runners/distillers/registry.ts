import { KindTable } from '../../common/kind-table.ts';
import { methodKinds } from './kinds.ts';
import { pluginKinds } from './plugins/kinds.ts';
import type { LogitPlugin, Method } from './types.ts';

export const methods = new KindTable('method', methodKinds, 'runners/distillers/kinds.ts');
/** In the canonical order of method ids. */
export const plugins = new KindTable('plug-in', pluginKinds, 'runners/distillers/plugins/kinds.ts');

/** Loads what method ids (`dkd+lskd`) are made of; other names are left out. */
export async function loadMethods(ids: readonly string[]): Promise<void> {
  const parts = ids.flatMap((id) => id.split('+'));
  await Promise.all([methods.load(parts), plugins.load(parts)]);
}

/** The method called `id`, or undefined. It must be loaded. */
export function findMethod(id: string): Method | undefined {
  return methods.find(id);
}

/** The plug-in called `id`, or undefined. It must be loaded. */
export function findPlugin(id: string): LogitPlugin | undefined {
  return plugins.find(id);
}
