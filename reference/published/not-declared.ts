import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkYaml, compileSchema } from '../../common/checked-yaml.ts';

const validate = compileSchema<Readonly<Record<string, string>>>({
  type: 'object',
  additionalProperties: { type: 'string', minLength: 1 },
});

/**
 * Tables that no suite declares, and why. @throws UsageError `NOT_DECLARED_SCHEMA` with file and
 * line
 */
export function notDeclaredTables(): ReadonlyMap<string, string> {
  const shown = join('reference', 'published', 'not-declared.yaml');
  const content = readFileSync(join(import.meta.dirname, 'not-declared.yaml'), 'utf8');
  return new Map(Object.entries(checkYaml(shown, content, validate, 'NOT_DECLARED').value));
}
