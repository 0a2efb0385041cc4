import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { compileSchema, schemaProblems } from '../common/checked-yaml.ts';
import { isTooDeep } from './journal-line.ts';
import type { Plan } from './plan-types.ts';
import { trialId } from './spec.ts';

/** Made when the first plan is read: most commands read none. */
let compiled: ValidateFunction<Plan> | null = null;

/** What is wrong with a plan that was read from a file, as a sentence; null for nothing. */
export function planProblem(value: unknown): string | null {
  if (isTooDeep(value)) return 'it is nested more deeply than any plan.';
  compiled ??= compileSchema<Plan>(
    JSON.parse(readFileSync(new URL('./plan.schema.json', import.meta.url), 'utf8')) as object,
  );
  const validate = compiled;
  if (!validate(value)) return schemaProblems(validate.errors ?? [])[0] as string;
  for (const { id, spec } of value.trials) {
    let own: string;
    try {
      own = trialId(spec);
    } catch (cause) {
      return `the specification of trial ${id} has no identity: ${(cause as Error).message}.`;
    }
    if (own !== id) return `the specification of trial ${id} is that of trial ${own}.`;
  }
  return null;
}
