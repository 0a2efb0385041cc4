import type { Json } from '../../../common/canonical.ts';
import { codeUrl } from '../../../common/installation.mjs';
import type { TargetMaker, TargetModule, TargetModuleExports } from './target-maker.ts';

/** A target maker among several; its inputs are named `<prefix>/<name>`. */
export interface PrefixedModule {
  readonly prefix: string;
  readonly maker: TargetModule;
}

/** One target maker that gives what several give: losses and methods each have their own. */
export function joinedMaker(parts: readonly PrefixedModule[]): TargetModule {
  return {
    module: codeUrl(new URL('./joined-maker.ts', import.meta.url)).href,
    options: parts as unknown as Json,
  };
}

export async function createTargetMaker(options: Json): Promise<TargetMaker> {
  const parts = options as unknown as readonly PrefixedModule[];
  const makers = await Promise.all(
    parts.map(async ({ prefix, maker }) => {
      // Not followed by the fingerprint: makers name themselves, and the tasks and methods that use
      // them import them.
      const module: TargetModuleExports = await import(maker.module);
      return { prefix, make: await module.createTargetMaker(maker.options) };
    }),
  );
  return (batch, place) =>
    Object.fromEntries(
      makers.flatMap(({ prefix, make }) =>
        Object.entries(make(batch, place)).map(([name, values]) => [`${prefix}/${name}`, values]),
      ),
    );
}
