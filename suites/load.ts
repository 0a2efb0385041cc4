import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative } from 'node:path';
import { compileSchema, type FieldPath, readYaml } from '../common/checked-yaml.ts';
import { UsageError } from '../common/errors.ts';
import { suggestion } from '../common/nearest.ts';
import { Problems } from '../common/problems.ts';
import { type Scale, scales } from '../contract/spec.ts';
import { checkExternal } from './external.ts';
import { isOwnStudy } from './own-study.ts';
import type { Suite } from './suite.ts';
import { checkClaims } from './suite-claims.ts';
import type { SuiteFile, SuitePart } from './suite-types.ts';

const recipeSchemaFile = join(
  import.meta.dirname,
  '..',
  'reference',
  'recipes',
  'recipe.schema.json',
);

function readSchema(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}

const validate = compileSchema<SuiteFile>(
  {
    $id: 'https://redistill.invalid/suites/suite.schema.json',
    ...readSchema(join(import.meta.dirname, 'suite.schema.json')),
  },
  [
    {
      $id: 'https://redistill.invalid/reference/recipes/recipe.schema.json',
      ...readSchema(recipeSchemaFile),
    },
  ],
);

/**
 * The names of the suites in a folder, sorted; default: those of Redistill and of users'
 * configurations.
 */
export function listSuites(folder: string = import.meta.dirname): readonly string[] {
  const own = folder === import.meta.dirname ? [...ownSuites.keys()] : [];
  return [...shippedSuites(folder), ...own].sort();
}

/** The names of the suites that lie in a folder; default: those of Redistill. */
export function shippedSuites(folder: string = import.meta.dirname): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'))
    .sort();
}

/** Files of users' suites by the name of the suite. */
const ownSuites = new Map<string, string>();

/**
 * Adds suites of a user's own repository to those of Redistill, for the rest of the process.
 *
 * @param files absolute
 * @throws UsageError as `loadSuite`; `SUITE_CONFLICT` naming both files for a name that is taken
 */
export function addSuites(files: readonly string[]): void {
  for (const file of files) {
    const { id, error } = loadSuite(file);
    const other = shippedSuites().includes(id)
      ? join(import.meta.dirname, `${id}.yaml`)
      : ownSuites.get(id);
    if (other !== undefined && other !== file) {
      throw error('SUITE_CONFLICT', ['id'], `${other} is called "${id}" too.`);
    }
    ownSuites.set(id, file);
  }
}

/** The user's file of a suite; null for a suite of Redistill. */
export function ownSuiteFile(name: string): string | null {
  return ownSuites.get(name) ?? null;
}

/**
 * Reads a suite by name (`default`) or path (`./my-suite.yaml`).
 *
 * @throws UsageError `SUITE_UNKNOWN` with the nearest name; `SUITE_SYNTAX`, `SUITE_SCHEMA` and
 *   others that name file, line and field; `SUITE_ERRORS` that has several of them.
 */
export function loadSuite(nameOrPath: string, folder: string = import.meta.dirname): Suite {
  return whole(readSuite(nameOrPath, folder));
}

/** A suite file, and what is wrong with it so far. */
export interface ReadSuite {
  /** Without the fields that do not fit the schema; null where nothing useful is left. */
  readonly suite: Suite | null;
  /** A plan adds what it finds; what may only follow from a field that was left out is not kept. */
  readonly problems: Problems;
}

/**
 * The same for a reader that looks for all mistakes of a suite.
 *
 * @throws UsageError `SUITE_UNKNOWN`, `SUITE_FILE`, `SUITE_SYNTAX`
 */
export function readSuite(nameOrPath: string, folder: string = import.meta.dirname): ReadSuite {
  const isPath = /[/\\]/.test(nameOrPath) || /\.ya?ml$/.test(nameOrPath);
  const own = folder === import.meta.dirname ? ownSuites.get(nameOrPath) : undefined;
  const path = isPath ? nameOrPath : (own ?? join(folder, `${nameOrPath}.yaml`));
  if (!existsSync(path)) {
    throw new UsageError(
      'SUITE_UNKNOWN',
      isPath
        ? `There is no suite file ${path}.`
        : `There is no suite called "${nameOrPath}". ${suggestion(nameOrPath, listSuites(folder))}`,
      { hint: '"redistill list suites" shows them all; the path of a YAML file does as well.' },
    );
  }
  const inside = relative(process.cwd(), path);
  const shown = inside.startsWith('..') || isAbsolute(inside) ? path : inside;
  const read = readSuiteText(shown, readText(path, shown));
  const { suite, problems } = read;
  const expected = basename(path).replace(/\.ya?ml$/, '');
  if (suite !== null && suite.id !== expected) {
    problems.add(
      suite.error(
        'SUITE_ID',
        ['id'],
        `is "${suite.id}", but the file is called "${expected}"; they must agree.`,
      ),
    );
  }
  return read;
}

function whole({ suite, problems }: ReadSuite): Suite {
  problems.throwAll('SUITE_ERRORS');
  return suite as Suite;
}

/** Larger than any suite, and small enough to be read unseen. */
const maximumFile = 16 * 2 ** 20;

function readText(path: string, shown: string): string {
  const found = statSync(path);
  if (!found.isFile() || found.size > maximumFile) {
    const what = found.isFile() ? `has ${found.size} bytes` : 'is no file';
    throw new UsageError('SUITE_FILE', `${shown} ${what}, and cannot be a suite.`);
  }
  return readFileSync(path, 'utf8');
}

/**
 * Parses and checks the text of a suite file. Pure; `file` is for messages. @throws UsageError as
 * `loadSuite`.
 */
export function parseSuite(file: string, text: string): Suite {
  return whole(readSuiteText(file, text));
}

/** The same with all mistakes; pure. @throws UsageError `SUITE_SYNTAX` */
export function readSuiteText(file: string, text: string): ReadSuite {
  const { checked, wrong, follows } = readYaml(file, text, validate, 'SUITE');
  const problems = new Problems((place) => !follows(place));
  for (const error of wrong) problems.addCause(error);
  if (checked === null) return { suite: null, problems };
  const { value: definition, error } = checked;
  const suite: Suite = { id: definition.id, file, definition, error };
  const checks = [checkNames, checkSelectors, checkClaims, checkReferences, checkExternal];
  for (const check of checks) problems.attempt(() => check(suite, problems));
  return { suite, problems };
}

/**
 * The scale that a command takes when none is named: the own study, then the proxy, the smoke test
 * and the paper's protocol.
 */
export function defaultScale(suite: Suite): Scale {
  const order: readonly Scale[] = ['own', 'proxy', 'smoke', 'paper'];
  return order.find((scale) => suite.definition.scales[scale] !== undefined) as Scale;
}

/** Names and seeds stand once. */
function checkNames({ definition, error }: Suite, problems: Problems): void {
  const { rows, columns } = definition;
  const once = (
    names: readonly (string | number)[],
    [code, pathOf, what, hint]: readonly [string, (index: number) => FieldPath, string, string?],
  ) => {
    names.forEach((name, index) => {
      if (names.indexOf(name) === index) return;
      const quoted = typeof name === 'number' ? name : `"${name}"`;
      problems.add(error(code, pathOf(index), `the ${what} ${quoted} stands there twice.`, hint));
    });
  };
  once(
    rows.map(({ name }) => name),
    ['SUITE_DUPLICATE', (index) => ['rows', index, 'name'], 'row'],
  );
  once(
    columns.map(({ id }) => id),
    ['SUITE_DUPLICATE', (index) => ['columns', index, 'id'], 'column'],
  );
  for (const scale of scales) {
    const { seeds = [], teacher } = definition.scales[scale] ?? {};
    const path = ['scales', scale];
    once(seeds, [
      'SUITE_DUPLICATE_SEED',
      (index) => [...path, 'seeds', index],
      'seed',
      'Two trials with one seed are one trial; take another number.',
    ]);
    once(teacher?.seeds ?? [], [
      'SUITE_DUPLICATE_SEED',
      (index) => [...path, 'teacher', 'seeds', index],
      'seed',
      'Two teachers with one seed are one teacher; take another number.',
    ]);
  }
}

/** Every row and column that a filter or an exception names must exist. */
function checkSelectors({ definition, error }: Suite, problems: Problems): void {
  const rows = definition.rows.map(({ name }) => name);
  const columns = definition.columns.map(({ id }) => id);
  const check = (path: FieldPath, kind: 'row' | 'column', name: string | undefined) => {
    const known = kind === 'row' ? rows : columns;
    if (name !== undefined && !known.includes(name)) {
      problems.add(
        error(
          'SUITE_UNKNOWN_NAME',
          path,
          `the suite has no ${kind} "${name}". ${suggestion(name, known)}`,
        ),
      );
    }
  };
  const checkAll = (path: FieldPath, part: SuitePart | undefined) => {
    (part?.rows ?? []).forEach((name, index) => {
      check([...path, 'rows', index], 'row', name);
    });
    (part?.columns ?? []).forEach((name, index) => {
      check([...path, 'columns', index], 'column', name);
    });
  };
  (definition.exclude ?? []).forEach((cell, index) => {
    check(['exclude', index, 'row'], 'row', cell.row);
    check(['exclude', index, 'column'], 'column', cell.column);
  });
  (definition.notRun ?? []).forEach((part, index) => {
    checkAll(['notRun', index], part);
    (part.scales ?? []).forEach((scale, place) => {
      if (definition.scales[scale] !== undefined) return;
      const path = ['notRun', index, 'scales', place];
      problems.add(
        error('SUITE_UNKNOWN_NAME', path, `the suite has no scale "${scale}".`, 'Leave it out.'),
      );
    });
  });
  (definition.overrides ?? []).forEach((part, index) => {
    checkAll(['overrides', index], part);
  });
  for (const scale of scales) {
    const part = definition.scales[scale];
    if (Array.isArray(part?.only)) {
      part.only.forEach((each: SuitePart, index) => {
        checkAll(['scales', scale, 'only', index], each);
      });
    } else {
      checkAll(['scales', scale, 'only'], part?.only as SuitePart | undefined);
    }
    (part?.overrides ?? []).forEach((each, index) => {
      checkAll(['scales', scale, 'overrides', index], each);
    });
    for (const column of Object.keys(part?.columns ?? {})) {
      check(['scales', scale, 'columns', column], 'column', column);
    }
  }
}

/** A smoke run of what is published must say that it is none of it. */
const needsExcuse = (value: SuiteFile) => value.scales.smoke !== undefined && !isOwnStudy(value);

function checkReferences({ definition: value, error }: Suite, problems: Problems): void {
  const wrong = (...about: Parameters<typeof error>) => problems.add(error(...about));
  if (value.scales.paper?.notComparable !== undefined) {
    wrong(
      'SUITE_PAPER_SCALE',
      ['scales', 'paper', 'notComparable'],
      'the paper scale is the published protocol; what differs from it is a proxy.',
    );
  }
  if (value.scales.own?.notComparable !== undefined) {
    wrong(
      'SUITE_OWN_SCALE',
      ['scales', 'own', 'notComparable'],
      'an own study is compared with no publication, so there is nothing to excuse.',
      'Leave it out.',
    );
  }
  if (value.scales.smoke?.notComparable === undefined && needsExcuse(value)) {
    wrong(
      'SUITE_SCHEMA',
      ['scales', 'smoke'],
      'the field "notComparable" is missing.',
      'Say why a smoke run is no measurement. Only an own study (a suite with the scale `own`) needs no such reason.',
    );
  }
  if (value.table === undefined && value.noReference === undefined && !isOwnStudy(value)) {
    wrong(
      'SUITE_REFERENCE',
      [],
      'the suite names no published table and does not say why.',
      'Give `table: <id>` (reference/published/index.yaml), `noReference: <reason>`, or, for a study of your own, `scales: {own: ...}`.',
    );
  }
  if (typeof value.table === 'object') {
    const metrics = Object.keys(value.metrics);
    const other =
      metrics.find((name) => !Object.hasOwn(value.table as object, name)) ??
      Object.keys(value.table).find((name) => !metrics.includes(name));
    if (other !== undefined) {
      wrong(
        'SUITE_REFERENCE',
        ['table'],
        `names tables per metric, but "${other}" is not in both "table" and "metrics".`,
      );
    }
  }
  value.rows.forEach((row, index) => {
    if (row.published !== undefined && row.noReference !== undefined) {
      wrong(
        'SUITE_REFERENCE',
        ['rows', index, 'noReference'],
        'the row names a published row and says that there is none.',
      );
    }
    if (
      row.published !== undefined &&
      row.published.table === undefined &&
      value.table === undefined
    ) {
      wrong(
        'SUITE_REFERENCE',
        ['rows', index, 'published'],
        'names no table, and the suite has none.',
      );
    }
    if (row.role === 'teacher' && (row.method !== undefined || row.hyper !== undefined)) {
      wrong(
        'SUITE_TEACHER_ROW',
        ['rows', index],
        'the teacher is trained without a method: leave out method and hyper.',
      );
    }
  });
}
