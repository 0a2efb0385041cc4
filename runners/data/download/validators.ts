/**
 * What a server says about the version of a file. Texts as the server sent them; null where it did
 * not.
 */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /**
   * Whether the file was last modified long enough before the answer for its time to identify it.
   */
  readonly settled: boolean;
}

/**
 * A file that changes twice within this time may keep its Last-Modified (RFC 9110, section
 * 8.8.2.2).
 */
const settlingMs = 60_000;

/**
 * The validators of a response. An encoded body has none: its offsets are not those of the file
 * that arrives.
 */
export function validatorsOf({ headers }: Response): Validators {
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') return { etag: null, lastModified: null, settled: false };
  const lastModified = headers.get('last-modified');
  const age = Date.parse(headers.get('date') ?? '') - Date.parse(lastModified ?? '');
  return { etag: headers.get('etag'), lastModified, settled: age >= settlingMs };
}

/**
 * The validator that proves byte by byte that a file is the same one (RFC 9110, section 13.1.5), or
 * null.
 */
export function strongValidator({ etag, lastModified, settled }: Validators): string | null {
  if (etag !== null) return etag.startsWith('W/') ? null : etag;
  return settled ? lastModified : null;
}

/** Whether the two are of different files. Validators that only one side has say nothing. */
export function differ(before: Validators, now: Validators): boolean {
  const other = (a: string | null, b: string | null) => a !== null && b !== null && a !== b;
  return other(before.etag, now.etag) || other(before.lastModified, now.lastModified);
}
