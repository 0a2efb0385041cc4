/*
 * Writes the JSON Schemas that ajv and editors read, from the TypeBox schemas that types are
 * derived from: `make schemas`. A test fails when a file is out of date.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TSchema } from 'typebox';
import { forReaders } from '../contract/schema/define.ts';

/** A generated file: where it lies, and where its schema is written. */
interface SchemaFile {
  /** From the root of the checkout. */
  readonly path: string;
  /** The root schema is the export of this name; the others that it refers to are definitions. */
  readonly root: string;
  load(): Promise<Readonly<Record<string, unknown>>>;
}

// biome-ignore format: a table
export const schemaFiles: readonly SchemaFile[] = [
  { path: 'contract/evaluation-artefact.schema.json', root: 'evaluationArtefact', load: () => import('../contract/schema/evaluation.ts') },
  { path: 'contract/bench.schema.json', root: 'bench', load: () => import('../contract/schema/records.ts') },
  { path: 'contract/execution.schema.json', root: 'execution', load: () => import('../contract/schema/records.ts') },
  { path: 'contract/parity.schema.json', root: 'parity', load: () => import('../contract/schema/records.ts') },
  { path: 'contract/plan.schema.json', root: 'plan', load: () => import('../contract/schema/plan.ts') },
  { path: 'contract/trial-spec.schema.json', root: 'trialSpec', load: () => import('../contract/schema/spec.ts') },
  { path: 'reference/recipes/recipe.schema.json', root: 'recipeFile', load: async () => ({ ...(await import('../contract/schema/recipe-parts.ts')), ...(await import('../reference/recipes/recipe-schema.ts')) }) },
  { path: 'suites/suite.schema.json', root: 'suiteFile', load: () => import('./suite-schema.ts') },
];

/** The text of a generated file. */
export async function schemaText({ root, load }: SchemaFile): Promise<string> {
  const schemas = (await load()) as Readonly<Record<string, TSchema>>;
  const definitions: Record<string, TSchema> = {};
  const visit = (schema: TSchema) => {
    for (const name of referencesOf(schema)) {
      if (Object.hasOwn(definitions, name)) continue;
      const definition = schemas[name];
      if (definition === undefined) throw new Error(`${root} refers to ${name}, which is missing`);
      definitions[name] = definition;
      visit(definition);
    }
  };
  const top = schemas[root] as TSchema;
  visit(top);
  const inOrder = Object.keys(schemas).filter((name) => Object.hasOwn(definitions, name));
  const document = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...top,
    ...(inOrder.length > 0 && {
      definitions: Object.fromEntries(inOrder.map((name) => [name, definitions[name]])),
    }),
  };
  return `${JSON.stringify(forReaders(document), null, 2)}\n`;
}

/** The definitions of the same file that a schema refers to. */
function referencesOf(schema: TSchema): readonly string[] {
  const names: string[] = [];
  JSON.stringify(schema, (key, value: unknown) => {
    if (key === '$ref')
      names.push(...(/^#\/definitions\/(.+)$/.exec(String(value))?.slice(1) ?? []));
    return value;
  });
  return names;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const file of schemaFiles) {
    writeFileSync(new URL(`../${file.path}`, import.meta.url), await schemaText(file));
    process.stdout.write(`wrote ${file.path}\n`);
  }
}
