import type { Recipe } from '../../../contract/spec.ts';
import {
  cutOut,
  epochOrder,
  normalisationTable,
  pictureAt,
  writeNormalised,
} from '../../data/batch.ts';
import type { Batch, Normalisation, PictureSet } from '../../data/types.ts';
import type { KeptReport } from '../../tasks/types.ts';
import type { TeacherPasses } from './passes.ts';
import { provenOutputs, sameBits } from './proof.ts';
import type { Found, OutputStore } from './store.ts';
import { type Cut, cutAt, viewNumber } from './views.ts';

export interface KeeperOptions {
  readonly store: OutputStore;
  readonly passes: TeacherPasses;
  readonly pictures: PictureSet;
  readonly recipe: Pick<Recipe, 'batchSize' | 'dropLast' | 'augmentation'>;
  readonly seed: number;
  readonly normalisation: Normalisation;
  /** Values of an entry. */
  readonly width: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** A picture as a pass shows it. */
interface Shown {
  readonly position: number;
  readonly picture: number;
  readonly cut: Cut;
}

/** 32-bit numbers that are held ahead of the training at most. */
const heldAhead = 2 ** 24;

/** A pass over the pictures, as far as it was looked through. */
interface Pass {
  readonly pass: number;
  readonly order: Int32Array;
  /** Positions behind it belong to no batch. */
  readonly end: number;
  next: number;
  readonly ready: Map<number, Float32Array>;
  missing: Shown[];
}

/**
 * Gives a training the teacher's outputs batch by batch, and computes only those that the store
 * lacks. It looks ahead through the pass, whose pictures and views follow from the seed, until the
 * missing ones fill a batch. So the teacher runs in batches of one size, and only the last batch of
 * a pass is padded.
 */
export class OutputKeeper {
  private readonly options: KeeperOptions;
  private readonly table: Float32Array;
  private readonly ahead: number;
  private readonly images: Float32Array;
  private readonly now: () => number;
  private pass: Pass | null = null;
  private report = emptyReport();

  constructor(options: KeeperOptions) {
    this.options = options;
    const { pictures, recipe, normalisation, width, now = () => performance.now() } = options;
    this.table = normalisationTable(normalisation);
    this.ahead = Math.max(recipe.batchSize, Math.floor(heldAhead / width));
    this.images = new Float32Array(recipe.batchSize * pictures.height * pictures.width * 3);
    this.now = now;
  }

  /**
   * Tries the network (`provenOutputs`), and compares the entries that the store has of the
   * pictures that are tried: those of another machine, whatever they call it, would be other bits.
   *
   * @returns why the store cannot be used; null where it can
   */
  prove(others: readonly number[]): string | null {
    const { passes, pictures, recipe, width } = this.options;
    const batch = recipe.batchSize;
    const shown = this.tried();
    const { height, width: across } = pictures;
    const images = new Float32Array(2 * batch * height * across * 3);
    for (const [slot, each] of shown.entries()) this.show(each, images, slot);
    const outputs = passes.outputs.bind(passes);
    const proven = provenOutputs({ images, batch, others, outputs });
    if (typeof proven === 'string') return proven;
    const entry = new Float32Array(width);
    for (let slot = 0; slot < batch; slot += 1) {
      if (this.read(shown[slot] as Shown, entry) !== 'kept') continue;
      if (!sameBits(entry, proven.subarray(slot * width, (slot + 1) * width))) {
        return 'the kept outputs are not those that this machine computes';
      }
    }
    return null;
  }

  /** Values of the pictures of a batch in its order, `width` for each. */
  outputsOf({ place: { pass, step }, size }: Pick<Batch, 'place' | 'size'>): Float32Array {
    const began = this.now();
    const { store, width, recipe } = this.options;
    store.touch();
    const first = step * recipe.batchSize;
    const current = this.at(pass, first);
    const values = new Float32Array(size * width);
    for (let slot = 0; slot < size; slot += 1) {
      const position = first + slot;
      while (!current.ready.has(position)) this.advance(current, position);
      values.set(current.ready.get(position) as Float32Array, slot * width);
      current.ready.delete(position);
    }
    this.report.seconds += (this.now() - began) / 1000;
    return values;
  }

  /** What happened since the last call; null where nothing did. */
  takeReport(): KeptReport | null {
    const { report } = this;
    this.report = emptyReport();
    return report.kept + report.computed === 0 ? null : report;
  }

  /** Pictures that the store has room for. */
  get room(): number {
    return this.options.store.room;
  }

  /** Why nothing is written any more; null while it is. */
  get closedBecause(): string | null {
    return this.options.store.closedBecause;
  }

  close(): void {
    this.options.passes.dispose();
    this.options.store.close();
  }

  private at(pass: number, first: number): Pass {
    const { pictures, recipe, seed } = this.options;
    const known = this.pass;
    const goesOn =
      known?.pass === pass &&
      (known.ready.has(first) || known.next === first || isMissing(known, first));
    if (known !== null && goesOn) return known;
    const { count } = pictures;
    const end = recipe.dropLast ? count - (count % recipe.batchSize) : count;
    const order = known?.pass === pass ? known.order : epochOrder(count, pass, seed);
    this.pass = { pass, order, end, next: first, ready: new Map(), missing: [] };
    return this.pass;
  }

  /** Looks at the next position, or computes what is missing where that has waited long enough. */
  private advance(current: Pass, wanted: number): void {
    const { recipe } = this.options;
    const { missing, next, end } = current;
    const full = missing.length === recipe.batchSize;
    if (full || next >= end || next - wanted >= this.ahead) this.compute(current);
    else this.look(current);
  }

  private look(current: Pass): void {
    const shown = this.shownAt(current, current.next);
    current.next += 1;
    const values = new Float32Array(this.options.width);
    const found = this.read(shown, values);
    if (found === 'kept') {
      current.ready.set(shown.position, values);
      this.report.kept += 1;
      return;
    }
    if (found === 'damaged') this.report.damaged += 1;
    current.missing.push(shown);
  }

  private compute(current: Pass): void {
    const { store, passes, recipe, width } = this.options;
    const { missing } = current;
    if (missing.length === 0) throw new RangeError('A batch of a pass that has ended.');
    const { batchSize } = recipe;
    // What stands behind the missing ones changes nothing for them: they are there already.
    for (let slot = 0; slot < batchSize; slot += 1) {
      this.show(missing[slot % missing.length] as Shown, this.images, slot);
    }
    const values = passes.outputs(this.images, batchSize);
    missing.forEach(({ position, picture, cut }, slot) => {
      const own = values.slice(slot * width, (slot + 1) * width);
      current.ready.set(position, own);
      store.write(picture, viewNumber(cut, recipe.augmentation), own);
    });
    this.report.computed += missing.length;
    this.report.passes += 1;
    current.missing = [];
  }

  private shownAt({ pass, order }: Pick<Pass, 'pass' | 'order'>, position: number): Shown {
    const { seed, recipe } = this.options;
    const cut = cutAt(seed, pass, position, recipe.augmentation);
    return { position, picture: order[position] as number, cut };
  }

  private read({ picture, cut }: Shown, into: Float32Array): Found {
    const { store, recipe } = this.options;
    return store.read(picture, viewNumber(cut, recipe.augmentation), into);
  }

  private show({ picture, cut }: Shown, images: Float32Array, slot: number): void {
    const view = cutOut(pictureAt(this.options.pictures, picture), cut);
    writeNormalised(view, this.table, images, slot);
  }

  /**
   * Two batches of pictures of the first pass to try a network on. Those that the store has come
   * first, as far as they fill a batch.
   */
  private tried(): readonly Shown[] {
    const { pictures, recipe, seed, width } = this.options;
    const { batchSize } = recipe;
    const first = { pass: 1, order: epochOrder(pictures.count, 1, seed) };
    const entry = new Float32Array(width);
    const [known, unknown]: [Shown[], Shown[]] = [[], []];
    const wanted = 2 * batchSize;
    const most = Math.min(pictures.count, 64 * batchSize);
    for (let position = 0; position < most; position += 1) {
      if (position >= wanted && known.length >= batchSize) break;
      const shown = this.shownAt(first, position);
      (this.read(shown, entry) === 'kept' ? known : unknown).push(shown);
    }
    const all = [...known.slice(0, batchSize), ...unknown, ...known.slice(batchSize)];
    // A set of fewer pictures shows some of them twice.
    return Array.from({ length: wanted }, (_, at) => all[at % all.length] as Shown);
  }
}

const isMissing = ({ missing }: Pass, position: number) =>
  missing.some((each) => each.position === position);

const emptyReport = () => ({ kept: 0, computed: 0, damaged: 0, passes: 0, seconds: 0 });
