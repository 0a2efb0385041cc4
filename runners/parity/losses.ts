import type { ParityCheck } from '../../contract/parity.ts';
import { denseMethods } from '../distillers/dense/registry.ts';
import { methods, plugins } from '../distillers/registry.ts';
import { denseMethodDrivers, methodDrivers, pluginDrivers } from './drivers.ts';

/**
 * Checks of the golden files of losses, by path within the golden folder, as the drivers of methods
 * and plug-ins have them. Every check runs each case as a recorded graph and eagerly and compares
 * both.
 */
export async function lossChecks(): Promise<ReadonlyMap<string, ParityCheck>> {
  // Cases name methods with plug-ins, so that no kind's own is enough.
  await Promise.all([methods.load(), plugins.load(), denseMethods.load()]);
  const drivers = await Promise.all(
    [methodDrivers, pluginDrivers, denseMethodDrivers]
      .flatMap((table) => Object.values(table))
      .flatMap((driver) => (typeof driver === 'function' ? [driver()] : [])),
  );
  return new Map(drivers.flatMap((driver) => Object.entries(driver)));
}
