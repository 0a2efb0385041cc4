import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkYaml, compileSchema } from '../../common/checked-yaml.ts';
import { UsageError } from '../../common/errors.ts';
import { suggestion } from '../../common/nearest.ts';
import type { Published } from '../published/loader.ts';
import type { Claim, PublishedRow } from './types.ts';

interface ClaimsFile {
  readonly schemaVersion: 1;
  readonly claims: readonly Claim[];
}

const validate = compileSchema<ClaimsFile>(
  JSON.parse(readFileSync(join(import.meta.dirname, 'claims.schema.json'), 'utf8')) as object,
);

/** The claims of this project, in their order. @throws UsageError as `parseClaims`. */
export function loadClaims(published: Published): readonly Claim[] {
  const file = join('reference', 'claims', 'claims.yaml');
  return parseClaims(
    file,
    readFileSync(join(import.meta.dirname, 'claims.yaml'), 'utf8'),
    published,
  );
}

/**
 * Checks the text of a claims file, and that every published row and column it names exists. Pure;
 * `file` is for messages.
 *
 * @throws UsageError `CLAIMS_SYNTAX`, `CLAIMS_SCHEMA`, `CLAIMS_DUPLICATE`, `CLAIMS_UNKNOWN_TABLE`,
 *   `CLAIMS_UNKNOWN_ROW`, `CLAIMS_UNKNOWN_COLUMN`, `CLAIMS_NO_NUMBERS`, `CLAIMS_THRESHOLD`, each
 *   with file, line and field.
 */
export function parseClaims(file: string, text: string, published: Published): readonly Claim[] {
  const checked = checkYaml<ClaimsFile>(file, text, validate, 'CLAIMS');
  const { claims } = checked.value;
  claims.forEach((claim, index) => {
    const path = ['claims', index] as const;
    if (claims.findIndex(({ id }) => id === claim.id) !== index) {
      throw checked.error('CLAIMS_DUPLICATE', [...path, 'id'], `"${claim.id}" stands there twice.`);
    }
    if (claim.kind === 'cost' && claim.by === undefined) {
      throw checked.error(
        'CLAIMS_THRESHOLD',
        [...path, 'kind'],
        'a claim about costs must say `by` how many percent more still counts as nothing.',
      );
    }
    claim.comparisons.forEach((comparison, place) => {
      comparison.published.forEach((pair, number) => {
        const at = [...path, 'comparisons', place, 'published', number];
        for (const side of ['a', 'b'] as const) {
          const problem = rowProblem(pair[side], published);
          if (problem !== null)
            throw checked.error(problem.code, [...at, side, problem.field], problem.sentence);
        }
        for (const [position, column] of (pair.columns ?? []).entries()) {
          const missing = [pair.a, pair.b].find((row) => !hasNumber(published, row, column));
          if (missing === undefined) continue;
          throw checked.error(
            'CLAIMS_UNKNOWN_COLUMN',
            [...at, 'columns', position],
            `the row "${missing.row}" of ${missing.table} has no number in column "${column}".`,
          );
        }
        if (sharedColumns(published, pair.a, pair.b).length === 0) {
          throw checked.error(
            'CLAIMS_NO_NUMBERS',
            at,
            'the two rows have no column with a number in both.',
          );
        }
      });
    });
  });
  return claims;
}

function rowProblem({ table: id, row }: PublishedRow, published: Published) {
  const table = published.tables.get(id);
  if (table === undefined) {
    const sentence = `no published table is called "${id}". ${suggestion(id, [...published.tables.keys()])}`;
    return { code: 'CLAIMS_UNKNOWN_TABLE', field: 'table', sentence };
  }
  if (table.rows.includes(row)) return null;
  const sentence = `the published table "${id}" has no row "${row}". ${suggestion(row, table.rows)}`;
  return { code: 'CLAIMS_UNKNOWN_ROW', field: 'row', sentence };
}

/**
 * The columns, in the order of the first row's table, in which both rows have a number of their
 * table's metric.
 */
export function sharedColumns(
  published: Published,
  a: PublishedRow,
  b: PublishedRow,
): readonly string[] {
  return published
    .table(a.table)
    .columns.map(({ id }) => id)
    .filter((id) => hasNumber(published, a, id) && hasNumber(published, b, id));
}

function hasNumber(published: Published, { table, row }: PublishedRow, column: string): boolean {
  try {
    return published.cell(table, row, column) !== null;
  } catch (error) {
    if (error instanceof UsageError && error.code === 'PUBLISHED_UNKNOWN_COLUMN') return false;
    throw error;
  }
}
