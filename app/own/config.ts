import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { checkYaml, compileSchema, type FieldPath } from '../../common/checked-yaml.ts';
import { UsageError } from '../../common/errors.ts';
import { regularFile } from '../../common/regular-file.ts';
import type { ConfigFile } from '../../contract/config-types.ts';

/** What a configuration adds, as absolute paths of files; folders are taken apart. */
export interface OwnConfig {
  /** Absolute. */
  readonly file: string;
  readonly plugins: readonly string[];
  readonly suites: readonly string[];
  readonly recipes: readonly string[];
  readonly published: readonly string[];
}

const validate = compileSchema<ConfigFile>(
  JSON.parse(
    readFileSync(new URL('../../contract/config.schema.json', import.meta.url), 'utf8'),
  ) as object,
);

/** Larger than any configuration, and small enough to be read before anything is known of it. */
const maximumBytes = 2 ** 20;

/**
 * Reads a configuration.
 *
 * @param file absolute
 * @param shown as messages name it
 * @throws UsageError `CONFIG_FILE` where it cannot be read or names what is not there,
 *   `CONFIG_SYNTAX`, `CONFIG_SCHEMA` naming line and field
 */
export function readConfig(file: string, shown: string): OwnConfig {
  const facts = regularFile(file);
  const wrong =
    typeof facts === 'string' ? facts : facts.size > maximumBytes ? 'is too large' : null;
  if (wrong !== null) {
    throw new UsageError('CONFIG_FILE', `The configuration ${shown} ${wrong}.`);
  }
  const checked = checkYaml<ConfigFile>(shown, readFileSync(file, 'utf8'), validate, 'CONFIG');
  const { plugins = [], suites = [], recipes = [], published = [] } = checked.value;
  const root = dirname(file);
  const missing = (at: FieldPath, name: string) =>
    checked.error('CONFIG_FILE', at, `there is no "${name}" in ${root}.`);
  const files = (field: string, paths: readonly string[]) =>
    paths.map((name, index) => {
      const path = resolve(root, name);
      if (!existsSync(path)) throw missing([field, index], name);
      return path;
    });
  const readable = (field: string, index: number, path: string) => {
    const found = regularFile(path);
    if (typeof found !== 'string') return path;
    throw checked.error('CONFIG_FILE', [field, index], `${path} ${found}.`);
  };
  const recipeFiles = (paths: readonly string[]) =>
    files('recipes', paths).map((path, index) => readable('recipes', index, path));
  const tables = (field: string, paths: readonly string[]) =>
    files(field, paths).flatMap((path, index) =>
      (statSync(path).isDirectory() ? yamlIn(path) : [path]).map((each) =>
        readable(field, index, each),
      ),
    );
  return {
    file,
    plugins: files('plugins', plugins),
    suites: tables('suites', suites),
    recipes: recipeFiles(recipes),
    published: tables('published', published),
  };
}

/** The YAML files of a folder by name, without those that speak of the others. */
function yamlIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name) && name !== 'selection.yaml')
    .sort()
    .map((name) => join(folder, name));
}
