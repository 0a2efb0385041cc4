import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DataError, InfrastructureError } from '../common/errors.ts';

/** A file's content at the moment of `readContent`; what is appended later is not covered. */
export interface Content {
  readonly bytes: number;
  /** SHA-256 of these bytes. */
  readonly sha256: string;
  /**
   * Calls `visit` with every line, its number from 1 and whether a line feed ended it. @throws
   * LineTooLong
   */
  forEachLine(visit: (text: string, number: number, ended: boolean) => void): void;
}

/**
 * Longer than any line of a journal by far: an epoch of many metrics has some ten thousand bytes.
 */
const longestLine = 16 * 1024 * 1024;

/** A line that is longer than anything that wrote this file writes: no memory is taken for it. */
export class LineTooLong extends Error {
  readonly line: number;
  constructor(line: number) {
    super(`this line has more than ${longestLine} bytes.`);
    this.line = line;
  }
}

const blockBytes = 4 * 1024 * 1024;

/**
 * Reads a file once where it fits into a block; a longer one, which may be longer than a string can
 * be, block by block.
 */
export function readContent(path: string): Content {
  const descriptor = openFor(path);
  try {
    const size = fstatSync(descriptor).size;
    if (size > blockBytes) return longContent(path, descriptor);
    const buffer = Buffer.allocUnsafe(size);
    const bytes = fill(descriptor, buffer, 0);
    const content = buffer.subarray(0, bytes);
    return {
      bytes,
      sha256: hash('sha256', content),
      forEachLine: (visit) => linesOf(content.toString('utf8'), visit),
    };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * @throws DataError `INPUT_READ`; InfrastructureError of that code where it is not the file's fault
 */
function openFor(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    const message = `Cannot read ${path}: ${code}.`;
    const machine = code === 'EMFILE' || code === 'ENFILE' || code === 'EIO';
    throw machine
      ? new InfrastructureError('INPUT_READ', message, { cause })
      : new DataError('INPUT_READ', message, { cause });
  }
}

function linesOf(text: string, visit: Parameters<Content['forEachLine']>[0]): void {
  let number = 0;
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    number += 1;
    visit(text.slice(start, end), number, true);
    start = end + 1;
  }
  if (start < text.length) visit(text.slice(start), number + 1, false);
}

/** Reads until the buffer is full or the file ends; returns the bytes read. */
function fill(descriptor: number, buffer: Buffer, position: number): number {
  let filled = 0;
  while (filled < buffer.length) {
    const read = readSync(descriptor, buffer, filled, buffer.length - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}

function longContent(path: string, descriptor: number): Content {
  const sha = createHash('sha256');
  const bytes = readBlocks(descriptor, Number.POSITIVE_INFINITY, (block) => sha.update(block));
  return {
    bytes,
    sha256: sha.digest('hex'),
    forEachLine(visit) {
      const again = openFor(path);
      try {
        linesOfBlocks(again, bytes, visit);
      } finally {
        closeSync(again);
      }
    },
  };
}

function linesOfBlocks(
  descriptor: number,
  bytes: number,
  visit: Parameters<Content['forEachLine']>[0],
): void {
  let number = 0;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  readBlocks(descriptor, bytes, (block) => {
    let start = 0;
    for (let end = block.indexOf(10); end !== -1; end = block.indexOf(10, start)) {
      number += 1;
      const tail = block.subarray(start, end);
      const line = pending.length === 0 ? tail : Buffer.concat([...pending, tail]);
      visit(line.toString('utf8'), number, true);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
    }
    if (start === block.length) return;
    pendingBytes += block.length - start;
    if (pendingBytes > longestLine) throw new LineTooLong(number + 1);
    pending.push(Buffer.from(block.subarray(start)));
  });
  if (pending.length > 0) visit(Buffer.concat(pending).toString('utf8'), number + 1, false);
}

/**
 * Reads at most `limit` bytes in blocks; a block is only valid during the call. Returns the bytes
 * read.
 */
function readBlocks(descriptor: number, limit: number, visit: (block: Buffer) => void): number {
  const size = Math.min(limit, fstatSync(descriptor).size);
  const buffer = Buffer.allocUnsafe(blockBytes);
  let offset = 0;
  while (offset < size) {
    const read = readSync(descriptor, buffer, 0, Math.min(buffer.length, size - offset), offset);
    if (read === 0) break;
    visit(buffer.subarray(0, read));
    offset += read;
  }
  return offset;
}
