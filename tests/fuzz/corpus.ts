import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files of `corpus/<target>`, in a fixed order: small examples, and what once broke a reader.
 */
export function corpusFiles(target: string): readonly Buffer[] {
  const folder = join(import.meta.dirname, 'corpus', target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));
}

export const corpusTexts = (target: string): readonly string[] =>
  corpusFiles(target).map((bytes) => bytes.toString('utf8'));
