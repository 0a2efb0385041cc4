import type { RandomStream } from '../../common/random.ts';

/** Draws training pictures by class. */
export class ClassSampler {
  /** Places of the pictures, class by class. */
  private readonly byClass: Int32Array;
  /** Where each class starts in `byClass`; one more entry for the end. */
  private readonly starts: Int32Array;
  /**
   * 0, 1, 2, ...: permuted while drawing and put back, so that no draw depends on the one before.
   */
  private readonly scratch: Int32Array;

  /** @param labels class of every training picture, in their order */
  constructor(labels: Int32Array) {
    const classes = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
    const counts = new Int32Array(classes + 1);
    for (const label of labels) counts[label + 1] = (counts[label + 1] as number) + 1;
    this.starts = counts.map((_, index) =>
      counts.subarray(0, index + 1).reduce((sum, count) => sum + count, 0),
    );
    const next = this.starts.slice();
    this.byClass = new Int32Array(labels.length);
    labels.forEach((label, place) => {
      const at = next[label] as number;
      this.byClass[at] = place;
      next[label] = at + 1;
    });
    this.scratch = Int32Array.from({ length: labels.length }, (_, index) => index);
  }

  /** A picture of the class. */
  same(stream: RandomStream, label: number): number {
    const [start, size] = this.rangeOf(label);
    return this.byClass[start + stream.below(size)] as number;
  }

  /**
   * Fills `into` with pictures of other classes: without replacement, or with it where there are
   * fewer than wanted (numpy's `choice` as CRD's data sets call it).
   */
  others(stream: RandomStream, label: number, into: Float32Array | Int32Array): void {
    const [start, size] = this.rangeOf(label);
    const available = this.byClass.length - size;
    const placeOf = (index: number) => this.byClass[index < start ? index : index + size] as number;
    if (available === 0) throw new RangeError(`All pictures are of class ${label}.`);
    if (into.length > available) {
      for (let i = 0; i < into.length; i += 1) into[i] = placeOf(stream.below(available));
      return;
    }
    // The first steps of a Fisher-Yates shuffle, undone afterwards.
    const { scratch } = this;
    const swapped = new Int32Array(into.length);
    for (let i = 0; i < into.length; i += 1) {
      const other = i + stream.below(available - i);
      swapped[i] = other;
      exchange(scratch, i, other);
      into[i] = placeOf(scratch[i] as number);
    }
    for (let i = into.length - 1; i >= 0; i -= 1) exchange(scratch, i, swapped[i] as number);
  }

  private rangeOf(label: number): [number, number] {
    const start = this.starts[label] as number;
    return [start, (this.starts[label + 1] as number) - start];
  }
}

function exchange(array: Int32Array, a: number, b: number): void {
  const kept = array[a] as number;
  array[a] = array[b] as number;
  array[b] = kept;
}
