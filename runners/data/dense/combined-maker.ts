import type { Json } from '../../../common/canonical.ts';
import type { DenseBatch, Targets } from './batch.ts';
import type { TargetMaker, TargetModule, TargetModuleExports } from './target-maker.ts';

/** For `DenseLoaderOptions.targets`: what several makers make, one after the other; no name may come twice. */
export function combinedMaker(modules: readonly TargetModule[]): TargetModule | null {
  if (modules.length <= 1) return modules[0] ?? null;
  return {
    module: import.meta.url,
    options: modules.map(({ module, options }) => ({ module, options })),
  };
}

/** @throws RangeError while making, where two makers give a target of one name */
export async function createTargetMaker(options: Json): Promise<TargetMaker> {
  const modules = options as unknown as readonly TargetModule[];
  const makers = await Promise.all(
    modules.map(async ({ module, options: own }) => {
      const exports = (await import(module)) as TargetModuleExports;
      return exports.createTargetMaker(own);
    }),
  );
  return (batch: DenseBatch, place) => {
    const made: Record<string, Targets[string]> = {};
    for (const make of makers) {
      for (const [name, value] of Object.entries(make(batch, place))) {
        if (name in made) throw new RangeError(`Two target makers give a target called "${name}".`);
        made[name] = value;
      }
    }
    return made;
  };
}
