/*
 * OpenCV's bilinear resizing of RGB bytes, with 128-bit vectors. All numbers are integers: what they
 * give does not depend on the machine.
 */

/** Bytes of a pixel and of the one to its right, side by side as numbers of 16 bits. */
@inline
function neighbours(at: usize): v128 {
  const zero = i8x16.splat(0);
  return i8x16.shuffle(
    v128.load64_zero(at), zero,
    0, 16, 3, 16, 1, 16, 4, 16, 2, 16, 5, 16, 16, 16, 16, 16,
  );
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

/** The upper 16 bits of products with a weight. */
@inline
function weighted(values: v128, weight: v128): v128 {
  return i8x16.shuffle(
    i32x4.extmul_low_i16x8_s(values, weight), i32x4.extmul_high_i16x8_s(values, weight),
    2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31,
  );
}

@inline
function between(upper: usize, lower: usize, upperWeight: v128, lowerWeight: v128): v128 {
  const sum = i16x8.add(
    weighted(v128.load(upper), upperWeight), weighted(v128.load(lower), lowerWeight),
  );
  return i16x8.shr_s(i16x8.add(sum, i16x8.splat(2)), 2);
}

/** A row between two stretched ones. */
function down(
  upper: usize, lower: usize, upperWeight: i16, lowerWeight: i16, to: usize, bytes: i32,
): void {
  const above = i16x8.splat(upperWeight);
  const below = i16x8.splat(lowerWeight);
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
    down(first, lower, <i16>load<i32>(rows, 8), <i16>load<i32>(rows, 12), to, width * 3);
    rows += 16;
    to += <usize>(width * 3);
  }
}
