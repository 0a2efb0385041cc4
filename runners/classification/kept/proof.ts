/** Bits of values, for comparisons in which -0 is not 0 and NaN is NaN. */
const bitsOf = (values: Float32Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length);

export function sameBits(a: Float32Array, b: Float32Array): boolean {
  const [left, right] = [bitsOf(a), bitsOf(b)];
  return left.length === right.length && left.every((word, at) => word === right[at]);
}

/** Pictures of a proof, made once, and the network that is tried. */
export interface Tried {
  /** [2 * batch, H, W, 3] */
  readonly images: Float32Array;
  /** Size of the batches that are kept. */
  readonly batch: number;
  /** Sizes of the other batches in which a training shows pictures to the teacher. */
  readonly others: readonly number[];
  outputs(images: Float32Array, size: number): Float32Array;
}

/**
 * Whether a network gives a picture the same bits wherever it stands in a batch, whichever pictures
 * stand beside it, and in a batch of another size: then bits do not depend on when and with whom an
 * output was computed. Which kernels run is decided by shapes and not by values, so that what holds
 * of these pictures holds of all.
 *
 * @returns the outputs of the first `batch` pictures; or in a word where they differ
 */
export function provenOutputs({ images, batch, others, outputs }: Tried): Float32Array | string {
  const values = images.length / (2 * batch);
  const first = outputs(images.subarray(0, batch * values), batch).slice();
  const width = first.length / batch;
  const row = (from: Float32Array, at: number) => from.subarray(at * width, (at + 1) * width);
  // Every picture at another place, every other one with strangers around it.
  const place = (picture: number) => (picture * 2 + 1) % (2 * batch);
  const moved = new Float32Array(2 * batch * values);
  for (let picture = 0; picture < 2 * batch; picture += 1) {
    const to = picture < batch ? place(picture) : ((picture - batch) * 2) % (2 * batch);
    moved.set(images.subarray(picture * values, (picture + 1) * values), to * values);
  }
  const halves = [0, 1].map((half) =>
    outputs(moved.subarray(half * batch * values, (half + 1) * batch * values), batch).slice(),
  );
  for (let picture = 0; picture < batch; picture += 1) {
    const at = place(picture);
    const half = halves[at < batch ? 0 : 1] as Float32Array;
    if (!sameBits(row(first, picture), row(half, at % batch))) {
      return 'its bits depend on a picture’s place in the batch';
    }
  }
  for (const size of others) {
    const own = outputs(images.subarray(0, size * values), size);
    if (!sameBits(own, first.subarray(0, size * width))) {
      return `its bits in a batch of ${size} are others than in one of ${batch}`;
    }
  }
  return first;
}
