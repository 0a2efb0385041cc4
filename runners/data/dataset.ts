import type { DataIdentity } from '../../contract/spec.ts';
import type { DenseData } from './dense/types.ts';
import type { DownloadOptions } from './download.ts';
import type { CountedRemark } from './pictures/remarks.ts';
import type { ClassificationData } from './types.ts';

export interface DataOptions {
  /** `--data`: a folder with data sets, or one archive. Without it, REDISTILL_DATA. */
  readonly folder?: string | null | undefined;
  /** Where REDISTILL_DATA and the cache are looked up. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Sentences worth telling: a damaged cache entry that is made again. */
  readonly notice?: (message: string) => void;
  /** Progress of the first reading of many pictures. */
  readonly progress?: (done: number, total: number) => void;
}

/** What `redistill data list` and `doctor` show of a data set. */
export interface DatasetStatus {
  readonly id: string;
  readonly title: string;
  readonly present: boolean;
  /** The file, the folder, or `generated`; null where it is missing. */
  readonly where: string | null;
  /** In which form it is there, in words; null where that is not known without reading it. */
  readonly form: string | null;
  /**
   * What to do about a missing set, or about the first use of a present one; null where there is
   * nothing to do.
   */
  readonly todo: string | null;
  readonly classes: number;
  readonly train: number;
  readonly test: number;
  /** Whether its decoded pixels are cached: loading takes less than a second. */
  readonly cached: boolean;
  /** What was remarkable about its pictures; empty where they are not cached. */
  readonly remarks: readonly CountedRemark[];
}

/** What `redistill data verify` found. */
export interface VerifiedData {
  /** The data hash. */
  readonly hash: string;
  /** The file, the folder, or `generated`. */
  readonly where: string;
  /** In which form it is there, in words; null where there is only one. */
  readonly form: string | null;
}

/** What is known of a set that is here without reading its pictures. */
export type KnownOfSet = Pick<DatasetStatus, 'form' | 'cached' | 'remarks'>;

/** Where a data set comes from: whether it is here, what to do about it, how it is read. */
interface Source<Data> {
  readonly title: string;
  /** Numbers of classes and of pictures; 0 where any is right. */
  readonly classes: number;
  readonly train: number;
  readonly test: number;
  /**
   * The file or folder that it is read from, or `generated`; null where it is missing as far as a
   * look can say.
   */
  locate(options: DataOptions): string | null;
  /** What to do where it is missing, in a sentence. */
  todo(): string;
  /** @param where as `locate` found it */
  known(where: string, options: DataOptions): Promise<KnownOfSet>;
  /**
   * Its identity in a trial. Reads pictures only where that was not done before.
   *
   * @throws DataError `DATA_MISSING`, and as `load`
   */
  identity(options: DataOptions): Promise<DataIdentity>;
  /** @throws DataError for missing, truncated, corrupt or wrong files */
  load(options: DataOptions): Promise<Data>;
  /**
   * Brings it here: downloads official archives, or generates it. Does nothing where it is.
   *
   * @returns where it lies
   * @throws UsageError `DATA_NO_SOURCE` where it cannot be fetched
   */
  fetch(options: DataOptions & DownloadOptions): Promise<string>;
  /**
   * Checks it from its files on: every picture, and the checksums of official archives.
   *
   * @throws DataError naming the file that is truncated, corrupt or another one
   */
  verify(options: DataOptions): Promise<VerifiedData>;
}

/** Pictures with one label each: what classification trains on. */
export interface LabelledSource extends Source<ClassificationData> {
  readonly holds: 'labels';
  /** Height and width of every picture, where that is known without reading one. */
  readonly side?: number;
  /** Whether its pictures are known to have different sizes: a recipe must then have an input. */
  readonly sizesDiffer?: boolean;
}

/** Pictures with boxes, masks or label maps: what detection and segmentation train on. */
export interface SceneSource extends Source<DenseData> {
  readonly holds: 'scenes';
  /**
   * Names of the categories of its objects and of the classes of its label maps: empty where it has
   * none, absent where they are not known without reading it.
   */
  readonly objects?: readonly string[];
  readonly labels?: readonly string[];
}

export type DatasetSource = LabelledSource | SceneSource;

/** A line of `kinds.ts`: a data set, or any set of one form (`images:NAME`). */
export interface DatasetKind {
  readonly holds: DatasetSource['holds'];
  /** @param id the whole name: `cifar100`, `images:animals` */
  named(id: string): DatasetSource;
}
