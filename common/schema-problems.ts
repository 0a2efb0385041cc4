import type { ErrorObject } from 'ajv';
import type { Json } from './canonical.ts';
import { lookUp } from './look-up.ts';
import { suggestion } from './nearest.ts';
import { shown } from './shown.ts';

/** A field within a document: `['rows', 2, 'method']`. */
export type FieldPath = readonly (string | number)[];

/** Whether a value fits a schema. Where it does not, `errors` says why until the next call. */
export interface SchemaCheck {
  (value: unknown): boolean;
  errors?: readonly ErrorObject[] | null;
}

/**
 * The first mistake that a schema finds in a document without lines (JSON), as a sentence:
 * `samples[0].width: must be a whole number, not "two".` Null where it finds none.
 *
 * @param within what the document is a part of, put in front of its fields: `epoch` gives
 *   `epoch.losses`
 */
export function schemaProblem(check: SchemaCheck, value: unknown, within = ''): string | null {
  if (check(value)) return null;
  const { path, sentence } = describeAll(check.errors ?? [])[0] as SchemaMistake;
  return `${fieldName(within === '' ? path : [within, ...path])}: ${sentence}`;
}

/**
 * The mistakes that a schema found in a document without lines (JSON), a sentence each:
 * `samples[0].width: must be ...`.
 */
export function schemaProblems(errors: readonly ErrorObject[]): readonly string[] {
  return describeAll(errors).map(({ path, sentence }) => `${fieldName(path)}: ${sentence}`);
}

/** `rows[2].method`, or `the file` for the top level. */
export function fieldName(path: FieldPath): string {
  if (path.length === 0) return 'the file';
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`,
    )
    .join('');
}

/** A mistake in a document, and where. */
export interface SchemaMistake {
  readonly path: FieldPath;
  readonly sentence: string;
}

/**
 * One sentence per mistake. Where the branches of a `oneOf` differ in type, it speaks of the branch
 * of the value's own type. Where no branch has that type, it lists the allowed types.
 */
export function describeAll(all: readonly ErrorObject[]): readonly SchemaMistake[] {
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

function describe(error: ErrorObject): SchemaMistake {
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
        sentence: `must be ${types.map(article).join(' or ')}, not ${show(error.data)}.${formWords(error)}`,
      };
    }
    case 'pattern':
      return { path, sentence: `${otherSentence(error)}${formWords(error)}` };
    case 'minLength':
      return { path, sentence: error.data === '' ? 'must not be empty.' : otherSentence(error) };
    case 'uniqueItems':
      return {
        path,
        sentence: `the value ${show((error.data as unknown[])[params['i'] as number])} stands there twice.`,
      };
    default:
      return { path, sentence: otherSentence(error) };
  }
}

/** What a text of a form is, in the words of its schema: a pattern alone tells few people. */
function formWords({ parentSchema }: ErrorObject): string {
  const { pattern, description } = (parentSchema ?? {}) as Readonly<Record<string, unknown>>;
  return pattern === undefined || typeof description !== 'string' ? '' : ` ${description}`;
}

const otherSentence = ({ message, keyword, data }: ErrorObject) =>
  `${message ?? keyword}; it is ${show(data)}.`;

/** A JSON pointer as a path; array indices become numbers. */
export function pathOf(pointer: string): FieldPath {
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
