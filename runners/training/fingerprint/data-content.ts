import { extname } from 'node:path/posix';
import { parse } from 'yaml';
import { sha256 } from '../../../common/canonical.ts';

/**
 * SHA-256 of a data file's content: the values of JSON and YAML, without comments and layout; the
 * bytes of any other file. A file that breaks its format counts by its bytes too.
 */
export function dataDigest(path: string, bytes: Uint8Array): string {
  const read = readers[extname(path)];
  if (read === undefined) return sha256(bytes);
  try {
    return sha256(JSON.stringify(read(new TextDecoder().decode(bytes)), finite));
  } catch {
    return sha256(bytes);
  }
}

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  '.json': (text) => JSON.parse(text),
  '.yaml': (text) => parse(text),
  '.yml': (text) => parse(text),
};

/** JSON has no `.nan` and no `.inf`, and would make both null. */
function finite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}
