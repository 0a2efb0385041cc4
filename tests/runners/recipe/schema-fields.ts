import { readFileSync } from 'node:fs';

interface Schema {
  readonly $ref?: string;
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/**
 * Every field that a recipe can have, nested ones with dots, as
 * `reference/recipes/recipe.schema.json` has them.
 */
export function schemaFields(): readonly string[] {
  const url = new URL('../../../reference/recipes/recipe.schema.json', import.meta.url);
  const { definitions } = JSON.parse(readFileSync(url, 'utf8')) as {
    definitions: Readonly<Record<string, Schema>>;
  };
  const within = ({ $ref, oneOf, properties }: Schema, path: string): string[] => {
    const named = $ref === undefined ? undefined : definitions[$ref.split('/').at(-1) as string];
    if (named !== undefined) return within(named, path);
    if (oneOf !== undefined)
      return oneOf.flatMap((each) => (isNull(each) ? [] : within(each, path)));
    if (properties === undefined) return [path];
    return Object.entries(properties).flatMap(([name, part]) =>
      within(part, path === '' ? name : `${path}.${name}`),
    );
  };
  return [...new Set(within(definitions['overrides'] as Schema, ''))].sort();
}

const isNull = (schema: Schema) => (schema as { readonly type?: string }).type === 'null';
