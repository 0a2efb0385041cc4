/*
 * Sets that are streamed: their pictures stay in files and are decoded when a batch wants them.
 * What is held of them is a table of where each lies, some 60 bytes a picture.
 */

/** A picture as a layout lists it. */
export interface ListedPicture {
  readonly className: string;
  /** Path below the set's folder, or within the archive. */
  readonly path: string;
  /** The archive that holds it, below the set's folder; null for a file of its own. */
  readonly archive: string | null;
  /** Where its bytes begin in the archive. */
  readonly offset: number;
  readonly size: number;
}

/** What a layout finds in a folder, without reading pictures. */
export interface Listing {
  readonly classes: readonly string[];
  readonly train: readonly ListedPicture[];
  readonly test: readonly ListedPicture[];
}

/** How an official set lies in files. */
export interface Layout {
  /** In words, for `data list`. */
  readonly form: string;
  /**
   * Lists the pictures below `root`.
   *
   * @throws DataError `DATA_LAYOUT` naming the file or folder that is missing or wrong
   */
  list(root: string): Promise<Listing>;
  /** Files beside folders whose change makes the listing another. */
  readonly files: readonly string[];
  /** What to do about a wrong layout, in a sentence. */
  readonly hint: string;
}

/** Where the pictures of a split lie, in shared memory; every array has one entry a picture. */
export interface FileTable {
  /** The set's folder. */
  readonly root: string;
  readonly archives: readonly string[];
  /** Paths as UTF-8, one after the other, and where each ends. */
  readonly names: Uint8Array;
  readonly nameEnds: Int32Array;
  /** Place in `archives`, or -1 for a file of its own. */
  readonly archive: Int32Array;
  readonly offset: Float64Array;
  readonly size: Int32Array;
  readonly height: Int32Array;
  readonly width: Int32Array;
  /** 1 where a part of the picture can be decoded alone: a sound JPEG, grey or RGB. */
  readonly plain: Uint8Array;
}

/** Pictures of one split in files, in the set's canonical order. */
export interface StreamedPictures {
  readonly files: FileTable;
  /** Which entries of `files` they are. */
  readonly places: Int32Array;
  /** Class index per picture. */
  readonly labels: Int32Array;
  readonly count: number;
  /** Pixels of every picture where all have one size; 0 where sizes differ. */
  readonly height: number;
  readonly width: number;
}
