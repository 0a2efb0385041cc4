import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type Document, isNode, type LineCounter } from 'yaml';
import { firstOf, parseBounded } from './bounded-yaml.ts';
import type { Json } from './canonical.ts';
import { UsageError } from './errors.ts';
import { lookUp } from './look-up.ts';
import { suggestion } from './nearest.ts';
import { shortened } from './shortened.ts';
import { shown } from './shown.ts';

/** A field within a YAML file: `['rows', 2, 'method']`. */
export type FieldPath = readonly (string | number)[];

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

/**
 * The mistakes that a schema found in a document without lines (JSON), a sentence each:
 * `samples[0].width: must be ...`.
 */
export function schemaProblems(errors: readonly ErrorObject[]): readonly string[] {
  return describeAll(errors).map(({ path, sentence }) => `${fieldName(path)}: ${sentence}`);
}

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

/** `rows[2].method`, or `the file` for the top level. */
function fieldName(path: FieldPath): string {
  if (path.length === 0) return 'the file';
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`,
    )
    .join('');
}

interface Problem {
  readonly path: FieldPath;
  readonly sentence: string;
}

/**
 * One sentence per mistake. Where the branches of a `oneOf` differ in type, it speaks of the branch
 * of the value's own type. Where no branch has that type, it lists the allowed types.
 */
function describeAll(all: readonly ErrorObject[]): readonly Problem[] {
  const errors = all.slice(0, readErrors);
  const alternatives = errors.filter((error) => isAlternative(error.keyword));
  const plain = errors.filter((error) => !isAlternative(error.keyword));
  const wrongBranch = (error: ErrorObject) =>
    alternatives.some((alternative) => refusesType(error, alternative));
  const problems = plain.filter((error) => !wrongBranch(error)).map(describe);
  for (const alternative of alternatives) {
    const branches = plain.filter((error) => refusesType(error, alternative));
    const told = plain.some(
      (error) => within(error, alternative) && !refusesType(error, alternative),
    );
    if (told || branches.length === 0) continue;
    const types = branches.map((error) => article(String(error.params['type'])));
    problems.push({
      path: pathOf(alternative.instancePath),
      sentence: `must be ${types.join(' or ')}, not ${show(alternative.data)}.`,
    });
  }
  const keys = problems.map(({ path, sentence }) => JSON.stringify([path, sentence]));
  return problems.filter((_, index) => keys.indexOf(keys[index] as string) === index);
}

/** A damaged file has thousands, and each is compared with the others. */
const readErrors = 500;

const isAlternative = (keyword: string) => keyword === 'oneOf' || keyword === 'anyOf';

/** Whether `error` says that a branch of `alternative` is for values of another type. */
const refusesType = (error: ErrorObject, alternative: ErrorObject) =>
  error.keyword === 'type' && error.instancePath === alternative.instancePath;

const within = (error: ErrorObject, alternative: ErrorObject) =>
  error.instancePath === alternative.instancePath ||
  error.instancePath.startsWith(`${alternative.instancePath}/`);

function describe(error: ErrorObject): Problem {
  const path = pathOf(error.instancePath);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const field = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      return {
        path: [...path, field],
        sentence: `unknown field ${shown(field, 100)}. ${suggestion(field, known)}`,
      };
    }
    case 'required':
      return { path, sentence: `the field "${params['missingProperty']}" is missing.` };
    case 'enum': {
      const allowed = (params['allowedValues'] as Json[]).map(String);
      return {
        path,
        sentence: `${show(error.data)} is not allowed here. ${suggestion(String(error.data), allowed)}`,
      };
    }
    case 'const':
      return {
        path,
        sentence: `must be ${show(params['allowedValue'])}, not ${show(error.data)}.`,
      };
    case 'propertyNames':
      return {
        path: [...path, String(params['propertyName'])],
        sentence: `${shown(params['propertyName'], 100)} is not a valid name here.`,
      };
    case 'type': {
      const types = ([] as string[]).concat(params['type'] as string | string[]);
      return {
        path,
        sentence: `must be ${types.map(article).join(' or ')}, not ${show(error.data)}.`,
      };
    }
    case 'uniqueItems':
      return {
        path,
        sentence: `the value ${show((error.data as unknown[])[params['i'] as number])} stands there twice.`,
      };
    default:
      return { path, sentence: `${error.message ?? error.keyword}; it is ${show(error.data)}.` };
  }
}

/** A JSON pointer as a path; array indices become numbers. */
function pathOf(pointer: string): FieldPath {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function article(type: string): string {
  const names: Record<string, string> = {
    object: 'a mapping',
    array: 'a list',
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    null: 'empty (null)',
  };
  return lookUp(names, type) ?? type;
}

const show = (value: unknown) => shown(value, 60);
