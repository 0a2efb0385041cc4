import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { limits } from '../limits.ts';
import { layoutError } from './layout-error.ts';
import { plainFile } from './plain-file.ts';

/** A file in a tar archive: where its bytes are. */
export interface TarMember {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
}

const block = 512;
/** More than times and owners need in an extended header. */
const extendedBytes = 4096;
const hint =
  'It must be the official archive as it is, uncompressed; get it again, or give the unpacked folders.';

/**
 * Where the files in an uncompressed tar archive lie, from its headers alone: of ImageNet's 138 GB
 * half a gigabyte is read. tar-stream would read it all, since it takes archives as streams.
 *
 * @param root the set's folder, for messages
 * @param part of the archive that is one itself: ImageNet's training pictures lie in archives
 *   within an archive
 * @throws DataError `DATA_LAYOUT` where it is truncated or no such archive
 */
export function tarMembers(root: string, archive: string, part?: TarMember): TarMember[] {
  const path = plainFile(root, archive, hint);
  const name = part === undefined ? archive : `${archive}:${part.path}`;
  const wrong = (what: string) => layoutError(root, `holds ${name}, which ${what}`, hint);
  const end = part === undefined ? statSync(path).size : part.offset + part.size;
  const members: TarMember[] = [];
  const descriptor = openSync(path, 'r');
  try {
    const header = Buffer.alloc(block);
    let at = part?.offset ?? 0;
    while (at + block <= end) {
      if (readSync(descriptor, header, 0, block, at) < block) throw wrong('is truncated');
      if (header.every((byte) => byte === 0)) return members;
      const { path: member, size, kind } = headerOf(header, wrong);
      const offset = at + block;
      if (offset + size > end) throw wrong(`is truncated at ${member}`);
      if (kind === 'extended') {
        const text = Buffer.alloc(Math.min(size, extendedBytes));
        readSync(descriptor, text, 0, text.length, offset);
        // Times and owners may stand there; another name or size would be missed.
        if (size > extendedBytes || /^\d+ (path|size|GNU\.sparse)/m.test(text.toString('latin1'))) {
          throw wrong('has names or sizes in an extended header');
        }
      }
      if (kind === 'file') {
        members.push({ path: member.replace(/^(\.\/)+/, ''), offset, size });
        if (members.length > limits.streamedFiles) throw wrong('has too many files');
      }
      at = offset + Math.ceil(size / block) * block;
    }
    throw wrong('is truncated or no tar archive');
  } finally {
    closeSync(descriptor);
  }
}

function headerOf(header: Buffer, wrong: (what: string) => Error) {
  const text = (from: number, length: number) =>
    header.toString('utf8', from, from + length).replace(/\0.*$/s, '');
  const octal = (from: number, length: number) => {
    const digits = text(from, length).trim();
    if (!/^[0-7]+$/.test(digits)) throw wrong('has a damaged header, or is no tar archive');
    return Number.parseInt(digits, 8);
  };
  const blank = Buffer.from(header);
  blank.fill(0x20, 148, 156);
  const sum = blank.reduce((total, byte) => total + byte, 0);
  if (sum !== octal(148, 8)) throw wrong('has a damaged header, or is no tar archive');
  const type = text(156, 1);
  if (type === 'L') throw wrong('has names longer than the official ones');
  const path = text(0, 100);
  if (path.startsWith('/') || path.split('/').includes('..')) throw wrong('has an unsafe path');
  const kind = type === '' || type === '0' ? 'file' : type === 'x' ? 'extended' : 'other';
  return { path, size: octal(124, 12), kind };
}
