/*
 * Writes the JSON Schemas that ajv and editors read, from the TypeBox schemas that types are
 * derived from: `make schemas`. A test fails when a file is out of date.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { TSchema } from 'typebox';
import { forReaders } from '../contract/schema/define.ts';

/** In CommonJS the function is a property of what is exported. */
const standaloneCode = standalone.default;

const lineTypes = ['header', 'start', 'resume', 'epoch', 'checkpoint', 'event', 'end'] as const;
const messageTypes = ['progress', 'epoch', 'lost', 'end'] as const;

/** A schema: where it is written, and what is generated from it. */
interface SchemaFile {
  /** The JSON Schema, from the root of the checkout. */
  readonly path: string;
  /** The root schema is the export of this name; the others that it refers to are definitions. */
  readonly root: string;
  /**
   * The checks that readers call, where there is such a file: one for the root, or one for each of
   * these definitions. Files that editors complete with have none: they are YAML, whose
   * reader compiles its schema.
   */
  readonly checks?: { readonly path: string; readonly definitions?: readonly string[] };
  load(): Promise<Readonly<Record<string, unknown>>>;
}

const records = () => import('../contract/schema/records.ts');
const ownFile = () => import('../contract/schema/own-file.ts');
const readSpec = () => import('../contract/schema/read-spec.ts');

// biome-ignore format: a table
export const schemaFiles: readonly SchemaFile[] = [
  { path: 'contract/evaluation-artefact.schema.json', root: 'evaluationArtefact', checks: { path: 'contract/checks/evaluation.generated.ts' }, load: () => import('../contract/schema/evaluation.ts') },
  { path: 'contract/config.schema.json', root: 'config', load: () => import('../contract/schema/config.ts') },
  { path: 'contract/bench.schema.json', root: 'bench', checks: { path: 'contract/checks/bench.generated.ts' }, load: records },
  { path: 'contract/execution.schema.json', root: 'execution', checks: { path: 'contract/checks/execution.generated.ts' }, load: records },
  { path: 'contract/parity.schema.json', root: 'parity', checks: { path: 'contract/checks/parity.generated.ts' }, load: records },
  { path: 'contract/acceptance.schema.json', root: 'acceptance', checks: { path: 'contract/checks/acceptance.generated.ts' }, load: records },
  { path: 'contract/gpu-check.schema.json', root: 'gpuCheck', checks: { path: 'contract/checks/gpu-check.generated.ts' }, load: records },
  { path: 'contract/journal.schema.json', root: 'journalLine', checks: { path: 'contract/checks/journal.generated.ts', definitions: lineTypes }, load: async () => ({ ...(await readSpec()), ...(await import('../contract/schema/journal.ts')), ...(await ownFile()) }) },
  { path: 'contract/message.schema.json', root: 'workerMessage', checks: { path: 'contract/checks/message.generated.ts', definitions: messageTypes }, load: async () => ({ ...(await readSpec()), ...(await import('../contract/schema/journal.ts')), ...(await import('../contract/schema/messages.ts')), ...(await ownFile()) }) },
  { path: 'contract/plan.schema.json', root: 'plan', checks: { path: 'contract/checks/plan.generated.ts' }, load: async () => ({ ...(await readSpec()), ...(await import('../contract/schema/plan.ts')), ...(await ownFile()) }) },
  { path: 'contract/trial-spec.schema.json', root: 'trialSpec', load: () => import('../contract/schema/spec.ts') },
  { path: 'reference/recipes/recipe.schema.json', root: 'recipeFile', load: async () => ({ ...(await import('../contract/schema/recipe-parts.ts')), ...(await import('../reference/recipes/recipe-schema.ts')) }) },
  { path: 'reference/teachers/releases.schema.json', root: 'releasesFile', load: () => import('../reference/teachers/releases-schema.ts') },
  { path: 'reference/backbones/weights.schema.json', root: 'weightsFile', load: () => import('../reference/backbones/weights-schema.ts') },
  { path: 'suites/suite.schema.json', root: 'suiteFile', load: () => import('./suite-schema.ts') },
];

/** The text of a JSON Schema. */
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

/**
 * The text of the checks of a schema: code that says whether a value fits, and needs no ajv. Of
 * several mistakes it tells the first, so that a hostile file of a million costs no more than one.
 */
export async function checksText(file: SchemaFile): Promise<string> {
  const ajv = new Ajv({
    verbose: true,
    allowUnionTypes: true,
    // Lengths bound what a database must hold: UTF-16 units do, and need no code beside.
    unicode: false,
    // It would be warned of that.
    logger: false,
    code: { source: true, esm: true, lines: true },
  });
  const schema = { $id: file.root, ...(JSON.parse(await schemaText(file)) as object) };
  ajv.addSchema(schema);
  const places =
    file.checks?.definitions?.map((name) => [name, `${schema.$id}#/definitions/${name}`]) ??
    ([[file.root, schema.$id]] as const);
  const code = standaloneCode(ajv, Object.fromEntries(places) as Record<string, string>)
    .replace(/^"use strict";\n/, '')
    .replace(/^(export const \w+ = \w+);$/gm, '$1 as unknown as SchemaCheck;');
  return `// @ts-nocheck: generated from ${file.path} by make schemas.
import type { SchemaCheck } from '../../common/schema-problems.ts';

${code.trimEnd()}\n`;
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
  const write = (path: string, text: string) => {
    writeFileSync(new URL(`../${path}`, import.meta.url), text);
    process.stdout.write(`wrote ${path}\n`);
  };
  for (const file of schemaFiles) {
    write(file.path, await schemaText(file));
    if (file.checks !== undefined) write(file.checks.path, await checksText(file));
  }
}
