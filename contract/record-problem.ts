import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { compileSchema, schemaProblems } from '../common/checked-yaml.ts';

/** The records that commands leave in a workspace, by the file of their schema. */
const schemas = {
  parity: new URL('./parity.schema.json', import.meta.url),
  bench: new URL('./bench.schema.json', import.meta.url),
  execution: new URL('./execution.schema.json', import.meta.url),
} as const;

/** Made when the first record of a kind is read: most commands read none. */
const compiled = new Map<keyof typeof schemas, ValidateFunction>();

/**
 * The first field of a record that does not fit, with what it should be: `environment.cores: must
 * be a number, not "two".` Null where all fit.
 */
export function recordProblem(kind: keyof typeof schemas, value: unknown): string | null {
  const validate =
    compiled.get(kind) ??
    compileSchema(JSON.parse(readFileSync(schemas[kind], 'utf8')) as Record<string, unknown>);
  compiled.set(kind, validate);
  return validate(value) ? null : (schemaProblems(validate.errors ?? [])[0] as string);
}
