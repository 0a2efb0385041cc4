import type { ParityCheck } from '../../contract/parity.ts';

/**
 * How one kind is compared with the numbers of its official implementation: a check for each of its
 * golden files, by path within the golden folder. A file there may also be compressed
 * (`losses/kd.json.gz`).
 */
export type ParityDriver = Readonly<Record<string, ParityCheck>>;

/** A kind that has no golden file of its own. */
export interface Unchecked {
  /** Why there is none, in a sentence. */
  readonly noGolden: string;
}

/** The drivers of a table of kinds: TypeScript refuses one that leaves a kind out. */
export type Drivers<Id extends string> = Readonly<
  Record<Id, (() => Promise<ParityDriver>) | Unchecked>
>;
