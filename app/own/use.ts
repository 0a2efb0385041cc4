import { isAbsolute, relative, resolve } from 'node:path';
import type { OwnFileRecord } from '../../contract/own-kinds.ts';
import type { Plan } from '../../contract/plan-types.ts';
import type { Effects } from '../effects.ts';
import { type OwnConfig, readConfig } from './config.ts';
import { findConfig } from './find-config.ts';

/** The parts of the caller's own repository that are used beside those of Redistill. */
export interface OwnOptions {
  /**
   * Files that export kinds of your own, beside those of the configuration. They are programs, and
   * run with your rights.
   */
  readonly plugin?: readonly string[] | undefined;
  /**
   * A `redistill.config.yaml`; default: the one of the current folder, or of a folder above it in
   * the same git repository.
   */
  readonly config?: string | undefined;
}

type OwnEffects = Pick<Effects, 'cwd' | 'notice'>;

/** Configurations that this process has used: what they add stays. */
const used = new Map<string, OwnConfig>();

/**
 * Adds the suites, recipes and published tables of the caller's own repository to those of
 * Redistill, for the rest of the process. No code of it is run.
 *
 * @throws UsageError `CONFIG_...` for a configuration that is wrong or belongs to another user;
 *   `SUITE_CONFLICT`, `RECIPE_CONFLICT`, `PUBLISHED_DUPLICATE` naming both files for a name that
 *   is taken
 */
export async function useOwnTables(
  options: Pick<OwnOptions, 'config'>,
  effects: OwnEffects,
): Promise<OwnConfig | null> {
  const file =
    options.config === undefined ? findConfig(effects.cwd) : resolve(effects.cwd, options.config);
  if (file === null) return null;
  const known = used.get(file);
  if (known !== undefined) return known;
  const shown = shownFrom(effects.cwd, file);
  const config = readConfig(file, shown);
  if (config.suites.length > 0) {
    const { addSuites } = await import('../../suites/load.ts');
    addSuites(config.suites);
  }
  if (config.recipes.length > 0) {
    const { addRecipes } = await import('../../reference/recipes/loader.ts');
    for (const path of config.recipes) addRecipes(path);
  }
  if (config.published.length > 0) {
    const { addPublished } = await import('../../reference/published/loader.ts');
    addPublished(config.published);
  }
  used.set(file, config);
  // Whoever named it knows; one that was found can name programs.
  if (options.config === undefined)
    effects.notice(`Using ${shown}${partsOf(config, effects.cwd)}.`);
  return config;
}

/**
 * The same with kinds of the caller's own: methods, networks, data sets. Their files are run.
 *
 * @throws UsageError as `useOwnTables`; `PLUGIN_...` naming file and field for a plug-in file that
 *   does not load or exports what is no kind; `KIND_CONFLICT` for an id that is taken
 */
export async function useOwn(options: OwnOptions, effects: OwnEffects): Promise<void> {
  const config = await useOwnTables(options, effects);
  const named = (options.plugin ?? []).map((name) => ({
    path: resolve(effects.cwd, name),
    label: name,
  }));
  const found = (config?.plugins ?? []).map((path) => ({
    path,
    label: shownFrom(effects.cwd, path),
  }));
  const files = [...found, ...named];
  if (files.length === 0) return;
  const { loadOwnFile } = await import('../../runners/training/own/load.ts');
  for (const { path, label } of files) await loadOwnFile(path, label);
}

/** The user's files that the trials of a plan use, as the plan records them. */
export async function ownKindsOfPlan({ trials }: Plan): Promise<readonly OwnFileRecord[]> {
  const { ownFilesOf } = await import('../../runners/training/own/load.ts');
  const { ownFileRecord } = await import('../../contract/own-kinds.ts');
  const files = new Map<string, OwnFileRecord>();
  for (const { spec } of trials) {
    for (const file of ownFilesOf(spec)) {
      const kinds = new Set([...(files.get(file.path)?.kinds ?? []), ...file.kinds]);
      files.set(file.path, { ...ownFileRecord(file), kinds: [...kinds].sort() });
    }
  }
  return [...files.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** A path as somebody in `cwd` would type it, where it is not far. */
function shownFrom(cwd: string, path: string): string {
  const inside = relative(cwd, path);
  return inside === '' || isAbsolute(inside) || inside.startsWith('../../../') ? path : inside;
}

function partsOf({ plugins, suites, recipes, published }: OwnConfig, cwd: string): string {
  const counted = (files: readonly string[], what: string) =>
    files.length === 0 ? [] : [`${files.length} ${what}`];
  const parts = [
    ...(plugins.length === 0
      ? []
      : [
          `the program${plugins.length === 1 ? '' : 's'} ${plugins.map((path) => shownFrom(cwd, path)).join(', ')}`,
        ]),
    ...counted(suites, suites.length === 1 ? 'suite' : 'suites'),
    ...counted(recipes, recipes.length === 1 ? 'file of recipes' : 'files of recipes'),
    ...counted(published, published.length === 1 ? 'published table' : 'published tables'),
  ];
  return parts.length === 0 ? ', which names nothing' : `: ${parts.join(', ')}`;
}
