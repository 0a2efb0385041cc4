import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { checkYaml, compileSchema } from '../../../common/checked-yaml.ts';
import { parseClaims } from '../../../reference/claims/loader.ts';
import { loadPublished } from '../../../reference/published/loader.ts';
import { type RawTable, tableFromRaw } from '../../../reference/published/table.ts';
import { corpusTexts } from '../corpus.ts';
import { jsonText, mutateJson, mutateText, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, readOrRefused } from '../target.ts';
import { checkFinite } from './suites.ts';

const reference = join(import.meta.dirname, '../../../reference');
const folder = join(reference, 'published/tables');
const tables = [
  // Every eighth is enough: they are alike, and time is for what is made of them.
  ...readdirSync(folder)
    .sort()
    .filter((_, index) => index % 8 === 0)
    .map((name) => readFileSync(join(folder, name), 'utf8')),
  ...corpusTexts('published'),
];
const claims = [readFileSync(join(reference, 'claims/claims.yaml'), 'utf8')];
const validate = compileSchema<RawTable>(
  JSON.parse(readFileSync(join(reference, 'published/table.schema.json'), 'utf8')) as object,
);
const trees = {
  tables: tables.map((text) => parse(text)),
  claims: claims.map((text) => parse(text)),
};
const texts = { tables, claims };
const published = loadPublished();

interface Input {
  readonly what: 'tables' | 'claims';
  readonly asText: boolean;
  readonly recipe: Recipe;
}

function textOf({ what, asText, recipe }: Input): string {
  if (asText) return mutateText(texts[what], recipe, ['values: {', 'null', '± 0.1', ': ', '- ']);
  const tree = mutateJson(trees[what], recipe);
  try {
    return stringify(tree);
  } catch {
    return jsonText(tree);
  }
}

export const target: FuzzTarget<Input> = {
  name: 'published',
  short: 60,
  inputs: () =>
    fc.record({
      what: fc.constantFrom('tables', 'tables', 'tables', 'claims'),
      asText: fc.boolean(),
      recipe: recipes(),
    }),
  show: (input) => Buffer.from(textOf(input)),
  run: (input) => {
    const text = textOf(input);
    if (input.what === 'claims') {
      return readOrRefused(
        'fuzz.yaml',
        () => parseClaims('fuzz.yaml', text, published),
        (found) => {
          expect(
            new Set(found.map(({ id }) => id)).size === found.length,
            'claims have names of their own',
          );
        },
      );
    }
    return readOrRefused(
      'fuzz.yaml',
      () =>
        tableFromRaw(checkYaml('fuzz.yaml', text, validate, 'PUBLISHED'), {
          selection: 'unknown',
          basis: 'fuzz',
        }),
      ({ cells, rows, columns }) => {
        checkFinite(cells, 'cells');
        const keys = cells.map((cell) =>
          JSON.stringify([cell.row, cell.column, cell.metric, cell.part]),
        );
        expect(new Set(keys).size === keys.length, 'a cell stands once');
        expect(new Set(rows).size === rows.length, 'a row stands once');
        const ids = new Set(columns.map(({ id }) => id));
        expect(ids.size === columns.length, 'a column stands once');
        for (const { row, column } of cells) {
          expect(rows.includes(row) && ids.has(column), 'a cell lies in the table');
        }
      },
    );
  },
};
