/*
 * OpenCV's bilinear resizing of RGB bytes, with 128-bit vectors. All numbers are integers: what they
 * give does not depend on the machine.
 */

/** Bytes of a pixel and of the one to its right, side by side as numbers of 16 bits. */
@inline
function neighbours(at: usize): v128 {
  const bytes = v128.load8x8_u(at);
  return i16x8.shuffle(bytes, bytes, 0, 3, 1, 4, 2, 5, 6, 7);
}

/**
 * A row stretched sideways, with 7 of the 11 bits after the point. Reads 7 bytes beyond the last
 * pixel and writes 2 beyond the last of the row.
 *
 * @param first left source pixel of each target pixel, in bytes
 * @param weights of the left pixel and of the one to its right, 16 bits each
 * @param width an even number
 */
function across(from: usize, to: usize, width: i32, first: usize, weights: usize): void {
  for (let x = 0; x < width; x += 2) {
    const place = <usize>(x << 2);
    const left = from + <usize>load<i32>(first + place);
    const right = from + <usize>load<i32>(first + place, 4);
    const a = i32x4.dot_i16x8_s(neighbours(left), v128.load32_splat(weights + place));
    const b = i32x4.dot_i16x8_s(neighbours(right), v128.load32_splat(weights + place, 4));
    const both = i16x8.narrow_i32x4_s(i32x4.shr_s(a, 4), i32x4.shr_s(b, 4));
    v128.store64_lane(to, both, 0);
    v128.store64_lane(to, both, 1, 6);
    to += 12;
  }
}

/** The products of pairs with weights, each rounded down to its upper 16 bits, and their sum. */
@inline
function weighted(pairs: v128, upperWeight: v128, lowerWeight: v128): v128 {
  return i32x4.add(
    i32x4.shr_s(i32x4.dot_i16x8_s(pairs, upperWeight), 16),
    i32x4.shr_s(i32x4.dot_i16x8_s(pairs, lowerWeight), 16),
  );
}

@inline
function between(upperAt: usize, lowerAt: usize, upperWeight: v128, lowerWeight: v128): v128 {
  const upper = v128.load(upperAt);
  const lower = v128.load(lowerAt);
  const sum = i16x8.narrow_i32x4_s(
    weighted(i16x8.shuffle(upper, lower, 0, 8, 1, 9, 2, 10, 3, 11), upperWeight, lowerWeight),
    weighted(i16x8.shuffle(upper, lower, 4, 12, 5, 13, 6, 14, 7, 15), upperWeight, lowerWeight),
  );
  return i16x8.shr_s(i16x8.add(sum, i16x8.splat(2)), 2);
}

/** A row between two stretched ones. */
function down(
  upper: usize, lower: usize, upperWeight: i32, lowerWeight: i32, to: usize, bytes: i32,
): void {
  // Each weighs one half of the pairs.
  const above = i32x4.splat(upperWeight);
  const below = i32x4.splat(lowerWeight << 16);
  for (let at: usize = 0; at < <usize>bytes; at += 16) {
    const first = between(upper + 2 * at, lower + 2 * at, above, below);
    const second = between(upper + 2 * at + 16, lower + 2 * at + 16, above, below);
    v128.store(to + at, i8x16.narrow_i16x8_u(first, second));
  }
}

/**
 * Resizes a picture.
 *
 * @param from rows of RGB bytes, `stride` apart
 * @param width of the result; `columns` and `weights` have an entry more where it is odd
 * @param rows for each row of the result the two source rows and their weights, four numbers
 * @param room for two stretched rows, each `roomRow` bytes
 */
export function bilinear(
  from: usize, stride: i32, to: usize, width: i32, height: i32,
  columns: usize, weights: usize, rows: usize, room: usize, roomRow: i32,
): void {
  const even = (width + 1) & ~1;
  let keptFirst = -1;
  let keptSecond = -1;
  let first = room;
  let second = room + <usize>roomRow;
  for (let y = 0; y < height; y += 1) {
    const near = load<i32>(rows, 0);
    const far = load<i32>(rows, 4);
    // Most rows need those of the row before, or one of them as the other.
    if (near == keptSecond && near != keptFirst) {
      const other = first;
      first = second;
      second = other;
      const kept = keptFirst;
      keptFirst = keptSecond;
      keptSecond = kept;
    }
    if (near != keptFirst) {
      across(from + <usize>(near * stride), first, even, columns, weights);
      keptFirst = near;
    }
    let lower = first;
    if (far != near) {
      if (far != keptSecond) {
        across(from + <usize>(far * stride), second, even, columns, weights);
        keptSecond = far;
      }
      lower = second;
    }
    down(first, lower, load<i32>(rows, 8), load<i32>(rows, 12), to, width * 3);
    rows += 16;
    to += <usize>(width * 3);
  }
}
