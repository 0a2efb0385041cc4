import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { hashJson, type Json } from '../../../common/canonical.ts';
import { RedistillError, systemTrouble } from '../../../common/errors.ts';
import { writeFileAtomic } from '../../../common/files.ts';
import { acquireLock } from '../../../common/lock.ts';

/** What an entry of the store is found by, and how large it is. */
export interface StoreShape {
  readonly pictures: number;
  /** Of every picture. */
  readonly views: number;
  /** 32-bit numbers of an entry. */
  readonly width: number;
}

export interface StoreOptions extends StoreShape {
  /** Absolute: the folder of all stores of a workspace. */
  readonly folder: string;
  /** Everything that decides the bits of an entry, beside picture and view. */
  readonly key: { readonly [name: string]: Json };
  /** Bytes of all stores of the folder together. */
  readonly limitBytes: number;
}

/** What a look into the store finds: an entry, none, or one that does not have its checksum. */
export type Found = 'kept' | 'absent' | 'damaged';

const formatVersion = 1;
const digestBytes = 16;
/** A store that was used by a living training within these seconds is not removed for another. */
const inUseSeconds = 900;
/** Milliseconds for which another process may hold the lock of the folder. */
const patience = 10_000;

const files = { manifest: 'store.json', entries: 'entries.bin' } as const;

interface Manifest {
  readonly formatVersion: number;
  readonly key: { readonly [name: string]: Json };
  /** What its entries may come to. */
  readonly bytes: number;
}

/**
 * A teacher's outputs on disk: one file with a place for every picture and view, written and read
 * at its place, so that any number of processes may use it at once without a lock: two that write
 * the same entry write the same bytes. An entry begins with a digest over the store's key, its
 * place and its values. A place that was never written has none, and whatever a killed writer or a
 * bad disk leaves does not have the right one.
 */
export class OutputStore {
  /** Pictures that have a place: the first ones, where the limit has no room for all. */
  readonly room: number;
  /** Why nothing is written any more; null while it is. */
  closedBecause: string | null = null;
  private readonly shape: StoreShape;
  private readonly home: string;
  private readonly identity: Buffer;
  private readonly descriptor: number;
  private readonly slot: Buffer;
  private readonly values: Uint8Array;
  private touched = 0;

  private constructor(options: StoreOptions, home: string, identity: string, room: number) {
    const { pictures, views, width } = options;
    this.shape = { pictures, views, width };
    this.home = home;
    this.room = room;
    this.identity = Buffer.from(identity, 'hex');
    this.slot = Buffer.alloc(digestBytes + 4 * width);
    this.values = this.slot.subarray(digestBytes);
    this.descriptor = openSync(join(home, files.entries), constants.O_RDWR | constants.O_CREAT);
  }

  /**
   * Opens the store of a key, and makes it where there is none. Stores that no training uses make
   * room for it, those that were used longest ago first.
   *
   * @throws RedistillError where the folder cannot be written or is busy for long
   */
  static open(options: StoreOptions): OutputStore {
    const identity = hashJson({ formatVersion, ...options.key });
    const home = join(options.folder, identity.slice(0, 16));
    try {
      mkdirSync(options.folder, { recursive: true });
      return underLock(options.folder, () => {
        const room = roomFor(options, home);
        const bytes = room * pictureBytes(options);
        if (!isStoreOf(home, options.key)) {
          rmSync(home, { recursive: true, force: true });
          mkdirSync(home);
        }
        const manifest: Manifest = { formatVersion, key: options.key, bytes };
        const text = `${JSON.stringify(manifest, null, 2)}\n`;
        writeFileAtomic(join(home, files.manifest), text);
        return new OutputStore(options, home, identity, room);
      });
    } catch (cause) {
      throw systemTrouble(cause) ?? cause;
    }
  }

  /** Reads an entry into `into`, which keeps what it has where there is none. */
  read(picture: number, view: number, into: Float32Array): Found {
    if (picture >= this.room) return 'absent';
    const { slot } = this;
    const place = this.placeOf(picture, view);
    let count: number;
    try {
      count = readSync(this.descriptor, slot, 0, slot.length, place * slot.length);
    } catch {
      // A place that the disk cannot read any more is computed again.
      return 'damaged';
    }
    if (count < slot.length) {
      // Places behind the end were never written; one that the end cuts was not written whole.
      return 'absent';
    }
    if (isZero(slot)) return 'absent';
    if (!this.digest(place).equals(slot.subarray(0, digestBytes))) return 'damaged';
    new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(this.values);
    return 'kept';
  }

  /** Writes an entry. A disk that takes no more ends the writing, and nothing else. */
  write(picture: number, view: number, from: Float32Array): void {
    if (picture >= this.room || this.closedBecause !== null) return;
    const { slot } = this;
    const place = this.placeOf(picture, view);
    this.values.set(new Uint8Array(from.buffer, from.byteOffset, from.byteLength));
    this.digest(place).copy(slot);
    try {
      const count = writeSync(this.descriptor, slot, 0, slot.length, place * slot.length);
      if (count < slot.length) this.closedBecause = 'the disk takes no more';
    } catch (cause) {
      this.closedBecause = systemTrouble(cause)?.message ?? String(cause);
    }
  }

  /** Says that it is in use, so that no other store takes its room. */
  touch(now: number = Date.now()): void {
    if (now - this.touched < 60_000) return;
    this.touched = now;
    try {
      const time = now / 1000;
      utimesSync(join(this.home, files.manifest), time, time);
    } catch {
      // Removed by a person meanwhile: the open file serves until the end.
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private placeOf(picture: number, view: number): number {
    return picture * this.shape.views + view;
  }

  /** Of the values that are in the slot, at a place. */
  private digest(place: number): Buffer {
    const at = Buffer.alloc(8);
    at.writeBigUInt64LE(BigInt(place));
    return createHash('sha256')
      .update(this.identity)
      .update(at)
      .update(this.values)
      .digest()
      .subarray(0, digestBytes);
  }
}

/** Bytes of one picture in all its views. */
export function pictureBytes({ views, width }: Pick<StoreShape, 'views' | 'width'>): number {
  return views * (digestBytes + 4 * width);
}

function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] !== 0) return false;
  return true;
}

function underLock<T>(folder: string, work: () => T): T {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += 50) {
    const attempt = acquireLock(folder);
    if (attempt.kind === 'held') {
      try {
        return work();
      } finally {
        attempt.lock.release();
      }
    }
    if (waited >= patience) {
      throw new RedistillError('KEPT_BUSY', `Another process holds ${folder} for long.`);
    }
    Atomics.wait(pause, 0, 0, 50);
  }
}

/** Pictures that a store has room for, beside the others of its folder. */
function roomFor({ folder, limitBytes, pictures, ...shape }: StoreOptions, home: string): number {
  const wanted = pictures * pictureBytes(shape);
  const others = storesIn(folder)
    .filter((store) => store.home !== home)
    .sort((a, b) => a.used - b.used);
  let taken = others.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const store of others) {
    if (taken + wanted <= limitBytes) break;
    if (isInUse(store.used)) continue;
    rmSync(store.home, { recursive: true, force: true });
    taken -= store.bytes;
  }
  const free = Math.max(0, limitBytes - taken);
  return Math.min(pictures, Math.floor(free / pictureBytes(shape)));
}

/** A store of a folder, as far as room goes. */
export interface KnownStore {
  readonly home: string;
  /** What its entries may come to. */
  readonly bytes: number;
  /** When a training used it last, in milliseconds since 1970. */
  readonly used: number;
}

/** Whether a training that lives has used a store: those say so every minute. */
export const isInUse = (used: number): boolean => Date.now() - used < inUseSeconds * 1000;

/** All stores of a folder; what cannot be read has no bytes and was never used. */
export function storesIn(folder: string): readonly KnownStore[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{16}$/.test(entry.name))
    .map(({ name }) => {
      const home = join(folder, name);
      const found = statSync(join(home, files.manifest), { throwIfNoEntry: false });
      const size = statSync(join(home, files.entries), { throwIfNoEntry: false })?.size ?? 0;
      const bytes = Math.max(size, readManifest(home)?.bytes ?? 0);
      return { home, bytes, used: found?.mtimeMs ?? 0 };
    });
}

function readManifest(home: string): Manifest | null {
  try {
    const value = JSON.parse(readFileSync(join(home, files.manifest), 'utf8')) as Manifest;
    return typeof value?.bytes === 'number' ? value : null;
  } catch {
    return null;
  }
}

function isStoreOf(home: string, key: StoreOptions['key']): boolean {
  const found = readManifest(home);
  if (found?.formatVersion !== formatVersion) return false;
  try {
    return hashJson(found.key) === hashJson(key);
  } catch {
    return false;
  }
}
