import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const blockBytes = 4 * 1024 * 1024;

/** Size and SHA-256 of a file's content at the moment of the call; what is appended later is not covered. */
export function identify(path: string): { readonly bytes: number; readonly sha256: string } {
  const hash = createHash('sha256');
  const bytes = readBlocks(path, Number.POSITIVE_INFINITY, (block) => hash.update(block));
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * Calls `visit` with every line of the first `bytes` bytes of a file, its number from 1 and whether a line feed ended it.
 * Works on files that are longer than a string can be.
 */
export function forEachLine(
  path: string,
  bytes: number,
  visit: (text: string, number: number, ended: boolean) => void,
): void {
  let number = 0;
  let pending: Buffer[] = [];
  readBlocks(path, bytes, (block) => {
    let start = 0;
    for (let end = block.indexOf(10); end !== -1; end = block.indexOf(10, start)) {
      number += 1;
      const tail = block.subarray(start, end);
      visit(asText(pending.length === 0 ? tail : Buffer.concat([...pending, tail])), number, true);
      pending = [];
      start = end + 1;
    }
    if (start < block.length) pending.push(Buffer.from(block.subarray(start)));
  });
  if (pending.length > 0) visit(asText(Buffer.concat(pending)), number + 1, false);
}

function asText(line: Buffer): string {
  return line.toString('utf8');
}

/** Reads at most `limit` bytes in blocks; a block is only valid during the call. Returns the bytes read. */
function readBlocks(path: string, limit: number, visit: (block: Buffer) => void): number {
  const descriptor = openSync(path, 'r');
  try {
    const size = Math.min(limit, fstatSync(descriptor).size);
    const buffer = Buffer.allocUnsafe(Math.min(blockBytes, Math.max(size, 1)));
    let offset = 0;
    while (offset < size) {
      const read = readSync(descriptor, buffer, 0, Math.min(buffer.length, size - offset), offset);
      if (read === 0) break;
      visit(buffer.subarray(0, read));
      offset += read;
    }
    return offset;
  } finally {
    closeSync(descriptor);
  }
}
