import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative } from 'node:path';
import {
  type CheckedYaml,
  checkYaml,
  compileSchema,
  type FieldPath,
} from '../common/checked-yaml.ts';
import { UsageError } from '../common/errors.ts';
import { suggestion } from '../common/nearest.ts';
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

/** The names of the suites in a folder (default: the one of this project), sorted. */
export function listSuites(folder: string = import.meta.dirname): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'))
    .sort();
}

/**
 * Reads a suite by name (`default`) or path (`./my-suite.yaml`).
 *
 * @throws UsageError `SUITE_UNKNOWN` with the nearest name; `SUITE_SYNTAX`, `SUITE_SCHEMA` and
 *   others that name file, line and field.
 */
export function loadSuite(nameOrPath: string, folder: string = import.meta.dirname): Suite {
  const isPath = /[/\\]/.test(nameOrPath) || /\.ya?ml$/.test(nameOrPath);
  const path = isPath ? nameOrPath : join(folder, `${nameOrPath}.yaml`);
  if (!existsSync(path)) {
    throw new UsageError(
      'SUITE_UNKNOWN',
      isPath
        ? `There is no suite file ${path}.`
        : `There is no suite called "${nameOrPath}". ${suggestion(nameOrPath, listSuites(folder))}`,
      { hint: 'Name a suite of suites/, or give the path of a YAML file.' },
    );
  }
  const inside = relative(process.cwd(), path);
  const shown = inside.startsWith('..') || isAbsolute(inside) ? path : inside;
  const suite = parseSuite(shown, readText(path, shown));
  const expected = basename(path).replace(/\.ya?ml$/, '');
  if (suite.id !== expected) {
    throw suite.error(
      'SUITE_ID',
      ['id'],
      `is "${suite.id}", but the file is called "${expected}"; they must agree.`,
    );
  }
  return suite;
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
  const checked = checkYaml(file, text, validate, 'SUITE');
  const suite: Suite = {
    id: checked.value.id,
    file,
    definition: checked.value,
    error: checked.error,
  };
  checkNames(suite);
  checkSelectors(suite);
  checkClaims(suite);
  checkReferences(checked);
  checkExternal(suite);
  return suite;
}

/**
 * The scale that a command takes when none is named: the own study, then the proxy, the smoke test
 * and the paper's protocol.
 */
export function defaultScale(suite: Suite): Scale {
  const order: readonly Scale[] = ['own', 'proxy', 'smoke', 'paper'];
  return order.find((scale) => suite.definition.scales[scale] !== undefined) as Scale;
}

function checkNames({ definition, error }: Suite): void {
  const twice = (names: readonly (string | number)[]) => {
    const known = new Set<string | number>();
    return names.findIndex((name) => known.size === known.add(name).size);
  };
  const row = twice(definition.rows.map(({ name }) => name));
  if (row >= 0) {
    throw error(
      'SUITE_DUPLICATE',
      ['rows', row, 'name'],
      `the row "${definition.rows[row]?.name}" stands there twice.`,
    );
  }
  const column = twice(definition.columns.map(({ id }) => id));
  if (column >= 0) {
    throw error(
      'SUITE_DUPLICATE',
      ['columns', column, 'id'],
      `the column "${definition.columns[column]?.id}" stands there twice.`,
    );
  }
  for (const scale of scales) {
    const seeds = definition.scales[scale]?.seeds ?? [];
    const seed = twice(seeds);
    if (seed >= 0) {
      throw error(
        'SUITE_DUPLICATE_SEED',
        ['scales', scale, 'seeds', seed],
        `the seed ${seeds[seed]} stands there twice.`,
        'Two trials with one seed are one trial; take another number.',
      );
    }
    const teachers = definition.scales[scale]?.teacher?.seeds ?? [];
    const teacher = twice(teachers);
    if (teacher >= 0) {
      throw error(
        'SUITE_DUPLICATE_SEED',
        ['scales', scale, 'teacher', 'seeds', teacher],
        `the seed ${teachers[teacher]} stands there twice.`,
        'Two teachers with one seed are one teacher; take another number.',
      );
    }
  }
}

/** Every row and column that a filter or an exception names must exist. */
function checkSelectors({ definition, error }: Suite): void {
  const rows = definition.rows.map(({ name }) => name);
  const columns = definition.columns.map(({ id }) => id);
  const check = (path: FieldPath, kind: 'row' | 'column', name: string | undefined) => {
    const known = kind === 'row' ? rows : columns;
    if (name !== undefined && !known.includes(name)) {
      throw error(
        'SUITE_UNKNOWN_NAME',
        path,
        `the suite has no ${kind} "${name}". ${suggestion(name, known)}`,
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

function checkReferences({ value, error }: CheckedYaml<SuiteFile>): void {
  if (value.scales.paper?.notComparable !== undefined) {
    throw error(
      'SUITE_PAPER_SCALE',
      ['scales', 'paper', 'notComparable'],
      'the paper scale is the published protocol; what differs from it is a proxy.',
    );
  }
  if (value.scales.own?.notComparable !== undefined) {
    throw error(
      'SUITE_OWN_SCALE',
      ['scales', 'own', 'notComparable'],
      'an own study is compared with no publication, so there is nothing to excuse.',
      'Leave it out.',
    );
  }
  if (value.scales.smoke?.notComparable === undefined && needsExcuse(value)) {
    throw error(
      'SUITE_SCHEMA',
      ['scales', 'smoke'],
      'the field "notComparable" is missing.',
      'Say why a smoke run is no measurement. Only an own study (a suite with the scale `own`) needs no such reason.',
    );
  }
  if (value.table === undefined && value.noReference === undefined && !isOwnStudy(value)) {
    throw error(
      'SUITE_REFERENCE',
      [],
      'the suite names no published table and does not say why.',
      'Give `table: <id>` (reference/published/index.yaml), `noReference: <reason>`, or, for a study of your own, `scales: {own: ...}`.',
    );
  }
  if (typeof value.table === 'object') {
    const metrics = Object.keys(value.metrics);
    const wrong =
      metrics.find((name) => !Object.hasOwn(value.table as object, name)) ??
      Object.keys(value.table).find((name) => !metrics.includes(name));
    if (wrong !== undefined) {
      throw error(
        'SUITE_REFERENCE',
        ['table'],
        `names tables per metric, but "${wrong}" is not in both "table" and "metrics".`,
      );
    }
  }
  value.rows.forEach((row, index) => {
    if (row.published !== undefined && row.noReference !== undefined) {
      throw error(
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
      throw error(
        'SUITE_REFERENCE',
        ['rows', index, 'published'],
        'names no table, and the suite has none.',
      );
    }
    if (row.role === 'teacher' && (row.method !== undefined || row.hyper !== undefined)) {
      throw error(
        'SUITE_TEACHER_ROW',
        ['rows', index],
        'the teacher is trained without a method: leave out method and hyper.',
      );
    }
  });
}
