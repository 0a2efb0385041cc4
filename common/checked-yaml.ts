import { Ajv, type ValidateFunction } from 'ajv';
import { type Document, isNode, type LineCounter } from 'yaml';
import { firstOf, parseBounded } from './bounded-yaml.ts';
import { type Place, UsageError } from './errors.ts';
import { fitting } from './fitting.ts';
import { several } from './problems.ts';
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
  options: YamlOptions = {},
): CheckedYaml<T> {
  const { checked, wrong } = readYaml(file, text, validate, code, options);
  if (wrong.length > 0 || checked === null) throw several(wrong, `${code}_SCHEMA`);
  return checked;
}

interface YamlOptions {
  readonly merge?: boolean;
}

/** A file, and what its schema says against it. */
export interface ReadYaml<T> {
  /**
   * The file without the fields that do not fit; null where nothing useful is left without them.
   * Places in errors are those of the whole file.
   */
  readonly checked: CheckedYaml<T> | null;
  readonly wrong: readonly UsageError[];
  /** Whether a mistake at this place may only follow from one of `wrong`. */
  follows(place: Place | undefined): boolean;
}

/**
 * The same for a reader that goes on and looks for further mistakes in a file that does not fit its
 * schema.
 *
 * @throws UsageError where the text is no YAML
 */
export function readYaml<T>(
  file: string,
  text: string,
  validate: ValidateFunction<T>,
  code: string,
  options: YamlOptions = {},
): ReadYaml<T> {
  const syntaxError = (sentence: string) =>
    new UsageError(`${code}_SYNTAX`, sentence, {
      hint: 'Mind indentation, quotes and colons: the file is not readable as YAML.',
    });
  const parsed = parseBounded(file, text, syntaxError, { merge: options.merge ?? false });
  const { document, lines } = parsed;
  const errorAt = (errorCode: string, path: FieldPath, sentence: string, hint?: string) => {
    const place = { file, line: lineOf(document, lines, path), field: fieldName(path), path };
    const message = `${file}:${place.line}: ${place.field}: ${shortened(sentence, longestSentence)}`;
    return new UsageError(errorCode, message, { hint, place });
  };
  const { value, errors, original } = fitting<T>(parsed.value, validate);
  const wrong: UsageError[] = [];
  for (const problem of firstOf(describeAll(errors))) {
    if (typeof problem !== 'string') {
      wrong.push(errorAt(`${code}_SCHEMA`, problem.path, problem.sentence));
      continue;
    }
    // How many more there are stands where the last one does, so that no order moves it.
    const place = wrong.at(-1)?.place;
    wrong.push(new UsageError(`${code}_SCHEMA`, problem, place === undefined ? {} : { place }));
  }
  const left = wrong.flatMap(({ place }) => (place === undefined ? [] : [place.path]));
  const error: CheckedYaml<T>['error'] = (errorCode, path, sentence, hint) =>
    errorAt(errorCode, original(path), sentence, hint);
  return {
    checked: value === null ? null : { file, value, error },
    wrong,
    follows: (place) => place !== undefined && left.some((path) => mayFollow(place.path, path)),
  };
}

/**
 * Whether a mistake at `path` may follow from a field that was left out: it is about the file as a
 * whole, about that field, or about the thing that the field belongs to.
 */
function mayFollow(path: FieldPath, left: FieldPath): boolean {
  const around = left.slice(0, -1);
  const within = (outer: FieldPath) => outer.every((part, index) => part === path[index]);
  if (path.length === 0 || within(left)) return true;
  if (around.length === 0) return false;
  // The things in one section of the file have nothing to do with each other.
  return within(around) && (around.length > 1 || path.length <= 2);
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
