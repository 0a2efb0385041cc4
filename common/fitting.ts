import type { ErrorObject, ValidateFunction } from 'ajv';
import { type FieldPath, pathOf } from './schema-problems.ts';

/** A value without the parts that its schema refuses. */
export interface Fitting<T> {
  /** Null where the schema refuses the value as a whole. */
  readonly value: T | null;
  /** What the schema says against the value as it was given. */
  readonly errors: readonly ErrorObject[];
  /** A place of the fitting value in the one that was given: lists may have lost items. */
  original(path: FieldPath): FieldPath;
}

/** A part that was left out may be missing elsewhere, and so on; seldom more often than this. */
const rounds = 5;

/** Numbers of the items that a list has left, as they were given. */
type ItemNumbers = Map<readonly unknown[], number[]>;

/**
 * Leaves out what does not fit, so that a reader can look at the rest. The given value stays as it
 * is.
 */
export function fitting<T>(given: unknown, validate: ValidateFunction<T>): Fitting<T> {
  if (validate(given)) return { value: given, errors: [], original: (path) => path };
  const errors = [...(validate.errors ?? [])];
  const value = structuredClone(given);
  const numbers: ItemNumbers = new Map();
  numberItems(value, numbers, new Set());
  const original = (path: FieldPath) => originalPath(value, path, numbers);
  let found: readonly ErrorObject[] = errors;
  for (let round = 0; round < rounds; round += 1) {
    const refused = refusedPaths(found);
    if (refused.some((path) => path.length === 0)) break;
    for (const path of refused) leaveOut(value, path, numbers);
    if (validate(value)) return { value, errors, original };
    found = [...(validate.errors ?? [])];
  }
  return { value: null, errors, original };
}

/** @param seen an alias of YAML is the same thing a second time */
function numberItems(value: unknown, numbers: ItemNumbers, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (Array.isArray(value)) numbers.set(value, [...value.keys()]);
  for (const part of Object.values(value)) numberItems(part, numbers, seen);
}

/**
 * What must go, each once: the last items of a list first, so that the numbers of the others stay.
 */
function refusedPaths(errors: readonly ErrorObject[]): readonly FieldPath[] {
  const paths = new Map(
    errors.map((error) => {
      const path = refusedPath(error);
      return [JSON.stringify(path), path] as const;
    }),
  );
  return [...paths.values()].sort((one, other) => comparePaths(other, one));
}

/** An unknown field, a wrong value, or the thing that lacks a field. */
function refusedPath({ keyword, instancePath, params }: ErrorObject): FieldPath {
  const path = pathOf(instancePath);
  if (keyword === 'additionalProperties') return [...path, String(params['additionalProperty'])];
  if (keyword === 'propertyNames') return [...path, String(params['propertyName'])];
  return path;
}

function leaveOut(value: unknown, path: FieldPath, numbers: ItemNumbers): void {
  const parent = path.slice(0, -1).reduce<unknown>(partOf, value);
  const last = path.at(-1) as string | number;
  if (Array.isArray(parent)) {
    // The item may have gone with the list of an alias.
    if (typeof last !== 'number' || last >= parent.length) return;
    parent.splice(last, 1);
    numbers.get(parent)?.splice(last, 1);
  } else if (typeof parent === 'object' && parent !== null) {
    delete (parent as Record<string, unknown>)[String(last)];
  }
}

function partOf(value: unknown, part: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, part)
    ? (value as Record<string | number, unknown>)[part]
    : undefined;
}

function originalPath(value: unknown, path: FieldPath, numbers: ItemNumbers): FieldPath {
  let at: unknown = value;
  return path.map((part) => {
    const number = Array.isArray(at) && typeof part === 'number' ? numbers.get(at)?.[part] : part;
    at = partOf(at, part);
    return number ?? part;
  });
}

/** By position, names by their letters; a part comes after the thing around it. */
function comparePaths(one: FieldPath, other: FieldPath): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [one[index] as string | number, other[index] as string | number];
    if (a === b) continue;
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return String(a) < String(b) ? -1 : 1;
  }
  return one.length - other.length;
}
