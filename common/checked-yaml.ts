import { Ajv, type ValidateFunction } from 'ajv';
import { type Document, isNode, type LineCounter } from 'yaml';
import { firstOf, parseBounded } from './bounded-yaml.ts';
import { UsageError } from './errors.ts';
import { describeAll, type FieldPath, fieldName } from './schema-problems.ts';
import { shortened } from './shortened.ts';

export type { FieldPath } from './schema-problems.ts';

/** A YAML file that fits its schema. It still knows the line of each field. */
export interface CheckedYaml<T> {
  readonly file: string;
  readonly value: T;
  /** An error about one field of this file: `suite.yaml:12: rows[2].method: <sentence>`. */
  error(code: string, path: FieldPath, sentence: string, hint?: string): UsageError;
}

/**
 * Compiles a JSON Schema (draft 7) for `checkYaml`. Compile once per schema: it takes milliseconds.
 *
 * @param others schemas that it refers to; each needs an `$id`, and references resolve against
 *   those.
 */
export function compileSchema<T>(
  schema: object,
  others: readonly object[] = [],
): ValidateFunction<T> {
  const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true });
  for (const other of others) ajv.addSchema(other);
  return ajv.compile<T>(schema);
}

/**
 * Parses YAML 1.2 text and checks it against a schema. The errors have the line from the YAML
 * parser, the field and its rule from the schema validator, and the nearest known word for an
 * unknown one.
 *
 * @param file name for messages. @param code prefix of the error codes, e.g. `SUITE` gives
 *   `SUITE_SYNTAX`, `SUITE_SCHEMA`.
 * @param options `merge` allows `<<: *anchor`.
 * @throws UsageError with one line per mistake.
 */
export function checkYaml<T>(
  file: string,
  text: string,
  validate: ValidateFunction<T>,
  code: string,
  options: { readonly merge?: boolean } = {},
): CheckedYaml<T> {
  const syntaxError = (sentence: string) =>
    new UsageError(`${code}_SYNTAX`, sentence, {
      hint: 'Mind indentation, quotes and colons: the file is not readable as YAML.',
    });
  const parsed = parseBounded(file, text, syntaxError, { merge: options.merge ?? false });
  const { document, lines } = parsed;
  const value = parsed.value as T;
  const locate = (path: FieldPath) =>
    `${file}:${lineOf(document, lines, path)}: ${fieldName(path)}`;
  if (!validate(value)) {
    const problems = firstOf(describeAll(validate.errors ?? [])).map((problem) =>
      typeof problem === 'string' ? problem : `${locate(problem.path)}: ${problem.sentence}`,
    );
    throw new UsageError(`${code}_SCHEMA`, problems.join('\n'));
  }
  return {
    file,
    value,
    error: (errorCode, path, sentence, hint) =>
      new UsageError(errorCode, `${locate(path)}: ${shortened(sentence, longestSentence)}`, {
        hint,
      }),
  };
}

/** Sentences quote names from the file, and a name may be as long as the file. */
const longestSentence = 2000;

/** The line of a field, or of the nearest thing around it that exists. */
function lineOf(document: Document, lines: LineCounter, path: FieldPath): number {
  for (let length = path.length; length > 0; length -= 1) {
    const part = path.slice(0, length);
    const last = part[part.length - 1] as string | number;
    const parent = document.getIn(part.slice(0, -1), true);
    const key =
      typeof parent === 'object' && parent !== null && 'items' in parent
        ? (parent.items as { key?: { value?: unknown; range?: number[] | null } }[]).find(
            (item) => item.key?.value === last,
          )?.key
        : undefined;
    if (key?.range) return lines.linePos(key.range[0] as number).line;
    const node = document.getIn(part, true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
