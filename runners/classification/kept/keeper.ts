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
import type { OutputStore } from './store.ts';
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

/** A picture that the store does not have. */
interface Missing {
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
  missing: Missing[];
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
    const { store, passes, pictures, recipe, seed, width } = this.options;
    const batch = recipe.batchSize;
    const shown = this.kept(seed, 2 * batch);
    const { height, width: across } = pictures;
    const images = new Float32Array(2 * batch * height * across * 3);
    for (const [slot, { picture, cut }] of shown.entries()) this.show(picture, cut, images, slot);
    const outputs = passes.outputs.bind(passes);
    const proven = provenOutputs({ images, batch, others, outputs });
    if (typeof proven === 'string') return proven;
    const entry = new Float32Array(width);
    for (let slot = 0; slot < batch; slot += 1) {
      const { picture, cut } = shown[slot] as Missing;
      if (store.read(picture, viewNumber(cut, recipe.augmentation), entry) !== 'kept') continue;
      if (!sameBits(entry, proven.subarray(slot * width, (slot + 1) * width))) {
        return 'the kept outputs are not those that this machine computes';
      }
    }
    return null;
  }

  /** Values of the pictures of a batch in its order, `width` for each. */
  outputsOf({ place: { pass, step }, size }: Pick<Batch, 'place' | 'size'>): Float32Array {
    const began = this.now();
    const { width, recipe } = this.options;
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
    const { store, recipe, seed, width } = this.options;
    const position = current.next;
    current.next += 1;
    const picture = current.order[position] as number;
    const cut = cutAt(seed, current.pass, position, recipe.augmentation);
    const values = new Float32Array(width);
    const found = store.read(picture, viewNumber(cut, recipe.augmentation), values);
    if (found === 'kept') {
      current.ready.set(position, values);
      this.report.kept += 1;
      return;
    }
    if (found === 'damaged') this.report.damaged += 1;
    current.missing.push({ position, picture, cut });
  }

  private compute(current: Pass): void {
    const { store, passes, recipe, width } = this.options;
    const { missing } = current;
    if (missing.length === 0) throw new RangeError('A batch of a pass that has ended.');
    const { batchSize } = recipe;
    // What stands behind the missing ones changes nothing for them: they are there already.
    for (let slot = 0; slot < batchSize; slot += 1) {
      const { picture, cut } = missing[slot % missing.length] as Missing;
      this.show(picture, cut, this.images, slot);
    }
    const values = passes.outputs(this.images, batchSize);
    missing.forEach(({ position, picture, cut }, slot) => {
      const own = values.slice(slot * width, (slot + 1) * width);
      current.ready.set(position, own);
      store.write(picture, viewNumber(cut, recipe.augmentation), own);
    });
    store.touch();
    this.report.computed += missing.length;
    this.report.passes += 1;
    current.missing = [];
  }

  private show(picture: number, cut: Cut, images: Float32Array, slot: number): void {
    writeNormalised(
      cutOut(pictureAt(this.options.pictures, picture), cut),
      this.table,
      images,
      slot,
    );
  }

  /**
   * Pictures and views of the first pass of a seed: those that the store has before the others.
   */
  private kept(seed: number, wanted: number): readonly Missing[] {
    const { store, pictures, recipe, width } = this.options;
    const order = epochOrder(pictures.count, 1, seed);
    const entry = new Float32Array(width);
    const looked = Math.min(pictures.count, 64 * recipe.batchSize);
    const all = Array.from({ length: looked }, (_, position): Missing => {
      const picture = order[position] as number;
      return { position, picture, cut: cutAt(seed, 1, position, recipe.augmentation) };
    });
    const has = ({ picture, cut }: Missing) =>
      store.read(picture, viewNumber(cut, recipe.augmentation), entry) === 'kept';
    const [known, unknown] = [all.filter(has), [] as Missing[]];
    const chosen = new Set(known);
    for (const each of all) if (!chosen.has(each)) unknown.push(each);
    const list = [...known.slice(0, recipe.batchSize), ...unknown, ...known];
    return Array.from({ length: wanted }, (_, at) => list[at % list.length] as Missing);
  }
}

const isMissing = ({ missing }: Pass, position: number) =>
  missing.some((each) => each.position === position);

const emptyReport = () => ({ kept: 0, computed: 0, damaged: 0, passes: 0, seconds: 0 });
