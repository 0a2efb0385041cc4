import { readdirSync, readFileSync } from 'node:fs';
import { hashJson } from '../../common/canonical.ts';
import { ownMigrations } from '../../results/migrate.ts';

/** Sources, or what a package has in their place; declarations say nothing. */
const code = /(?<!\.d)\.[jt]s$/;

/**
 * What a verdict follows from, beside the data: the statistics, the model that joins a table, the
 * record that is stored, and which runs count.
 */
const sources = [
  { folder: new URL('../../reference/verdict/', import.meta.url), files: code },
  { folder: new URL('../model/', import.meta.url), files: code },
  { folder: new URL('./', import.meta.url), files: code },
  { folder: new URL('../../results/', import.meta.url), files: /^queries\.[jt]s$/ },
];

let known: string | undefined;

/**
 * Hash of the code that judges, 16 digits. An edit of it makes stored verdicts stale, and the next
 * `ingest` judges again. Nobody bumps it by hand. A package has compiled files, so its hash is
 * another one than its checkout's.
 */
export function judgingRules(): string {
  known ??= hashJson({
    schema: ownMigrations().length,
    sources: sources.map(({ folder, files }) =>
      readdirSync(folder)
        .filter((name) => files.test(name))
        .sort()
        .map((name) => readFileSync(new URL(name, folder), 'utf8')),
    ),
  }).slice(0, 16);
  return known;
}
