/*
 * The two passes of Pillow's resizing for bytes of RGB, with 128-bit vectors. All numbers are
 * integers: what they give does not depend on the machine.
 */

const half: i32 = 1 << 21;

/** A weighted sum of `length` pixels from `at` on, one channel a lane; the fourth lane is not used. */
@inline
function pixelSum(at: usize, weights: usize, length: i32): v128 {
  let sum = i32x4.splat(half);
  for (let tap = 0; tap < length; tap += 1) {
    const bytes = i32x4.extend_low_i16x8_u(
      i16x8.extend_low_i8x16_u(v128.load32_zero(at + <usize>tap * 3)),
    );
    sum = i32x4.add(sum, i32x4.mul(bytes, v128.load32_splat(weights + (<usize>tap << 2))));
  }
  return sum;
}

/** Sums of 22 bits after the point as bytes, clipped to 0 to 255. */
@inline
function toBytes(a: v128, b: v128, c: v128, d: v128): v128 {
  return i8x16.narrow_i16x8_u(
    i16x8.narrow_i32x4_s(i32x4.shr_s(a, 22), i32x4.shr_s(b, 22)),
    i16x8.narrow_i32x4_s(i32x4.shr_s(c, 22), i32x4.shr_s(d, 22)),
  );
}

/**
 * Stretches rows sideways. Writes a byte beyond the last pixel, and reads one.
 *
 * @param from first row; `stride` bytes from row to row
 * @param first first source pixel of each target pixel, in bytes
 * @param weights `length` for each target pixel
 */
export function across(
  from: usize, stride: i32, rows: i32, to: usize, width: i32,
  first: usize, weights: usize, length: i32,
): void {
  for (let row = 0; row < rows; row += 1) {
    let weight = weights;
    for (let x = 0; x < width; x += 1) {
      const at = from + <usize>load<i32>(first + (<usize>x << 2));
      const sum = pixelSum(at, weight, length);
      v128.store32_lane(to, toBytes(sum, sum, sum, sum), 0);
      to += 3;
      weight += <usize>length << 2;
    }
    from += <usize>stride;
  }
}

/**
 * Stretches columns. Reads and writes up to 15 bytes beyond the last row.
 *
 * @param row bytes of a row
 * @param first first source row of each target row, in bytes
 */
export function down(
  from: usize, row: i32, to: usize, height: i32,
  first: usize, weights: usize, length: i32,
): void {
  for (let y = 0; y < height; y += 1) {
    const start = from + <usize>load<i32>(first + (<usize>y << 2));
    for (let x = 0; x < row; x += 16) {
      let a = i32x4.splat(half);
      let b = a;
      let c = a;
      let d = a;
      let at = start + <usize>x;
      for (let tap = 0; tap < length; tap += 1) {
        const weight = v128.load32_splat(weights + (<usize>tap << 2));
        const bytes = v128.load(at);
        const low = i16x8.extend_low_i8x16_u(bytes);
        const high = i16x8.extend_high_i8x16_u(bytes);
        a = i32x4.add(a, i32x4.mul(i32x4.extend_low_i16x8_u(low), weight));
        b = i32x4.add(b, i32x4.mul(i32x4.extend_high_i16x8_u(low), weight));
        c = i32x4.add(c, i32x4.mul(i32x4.extend_low_i16x8_u(high), weight));
        d = i32x4.add(d, i32x4.mul(i32x4.extend_high_i16x8_u(high), weight));
        at += <usize>row;
      }
      v128.store(to + <usize>x, toBytes(a, b, c, d));
    }
    to += <usize>row;
    weights += <usize>length << 2;
  }
}
