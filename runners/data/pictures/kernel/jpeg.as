/*
 * Baseline JPEG to RGB, equal in every byte to libjpeg-turbo with its default settings: the accurate
 * integer inverse transform ("islow") and "fancy" upsampling. Whatever is not exactly as the format
 * has it ends the work, so that a caller may ask libjpeg what it makes of it.
 *
 * Places are byte offsets in the memory. The caller (baseline.ts) lays everything out and leaves
 * 16 bytes free around planes and rows, since vectors work on 16 bytes at a time.
 *
 * The transform keeps the 16-bit steps of libjpeg-turbo's vector code, so that coefficients which no
 * encoder writes overflow as they do there.
 */

/** Bits by which a code and the number after it are looked up at once. */
const lookBits: i32 = 10;

// An entry of a lookup table: 6 bits of length, this bit where no number is included, then 8 bits
// of coefficients passed over, then 16 bits of the number (or of the symbol, without one).
const bare: i32 = 0x40;

/** After the lookup: by length of code, the first code beyond those of that length, left-aligned. */
const limitsAt: i32 = 4 << lookBits;
/** By length of code, the place of its symbols less its first code. */
const offsetsAt: i32 = limitsAt + 18 * 4;
/** Symbols in the order of their codes. */
const symbolsAt: i32 = offsetsAt + 18 * 4;

/** Byte offsets of coefficients in the order of the zigzag; 16 more, for runs that lead beyond. */
const zigzag = memory.data<u8>([
  0, 2, 16, 32, 18, 4, 6, 20, 34, 48, 64, 50, 36, 22, 8, 10,
  24, 38, 52, 66, 80, 96, 82, 68, 54, 40, 26, 12, 14, 28, 42, 56,
  70, 84, 98, 112, 114, 100, 86, 72, 58, 44, 30, 46, 60, 74, 88, 102,
  116, 118, 104, 90, 76, 62, 78, 92, 106, 120, 122, 108, 94, 110, 124, 126,
  126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126,
]);

const block = memory.data(128, 16);

// What a component has, one after the other for each (see `component`).
const fields: usize = 64;
const components = memory.data(192, 16);

let bits: u64 = 0;
let count: i32 = 0;
let word: usize = 0;
let clean: usize = 0;
let cleanBytes: i32 = 0;
let input: usize = 0;

/**
 * Makes the lookup of a Huffman table.
 *
 * @param table 4 KiB of lookup, then what longer codes need
 * @param counts 16 bytes, the numbers of codes by length, and then the symbols
 * @param direct whether the codes are of means, whose symbols are sizes alone
 * @returns 0 where the codes do not fit
 */
export function huffman(table: usize, counts: usize, direct: bool): i32 {
  memory.fill(table, 0, limitsAt);
  const symbols = counts + 16;
  let code: i32 = 0;
  let index: i32 = 0;
  for (let length: i32 = 1; length <= 16; length += 1) {
    const many = <i32>load<u8>(counts + length - 1);
    store<i32>(table + offsetsAt + (length << 2), index - code);
    for (let each = 0; each < many; each += 1) {
      // No code is all ones.
      if (code >= (1 << length) - 1) return 0;
      const symbol = <i32>load<u8>(symbols + index);
      if (direct && symbol > 15) return 0;
      store<u8>(table + symbolsAt + index, <u8>symbol);
      if (length <= lookBits) fillLookup(table, code, length, symbol);
      code += 1;
      index += 1;
    }
    store<i32>(table + limitsAt + (length << 2), code << (16 - length));
    code <<= 1;
  }
  // The lookup has no entry for longer codes: those are bare and have no length.
  for (let at: usize = 0; at < <usize>limitsAt; at += 4) {
    if (load<i32>(table + at) == 0) store<i32>(table + at, bare);
  }
  return 1;
}

/** The entries of all bits that begin with a code. */
function fillLookup(table: usize, code: i32, length: i32, symbol: i32): void {
  const rest = lookBits - length;
  const size = symbol & 15;
  const run = symbol >> 4;
  for (let after = 0; after < 1 << rest; after += 1) {
    let entry = length | bare | (symbol << 16);
    if (size > 0 && size <= rest) {
      const number = extended(after >> (rest - size), size);
      entry = (length + size) | (run << 8) | (number << 16);
    }
    store<i32>(table + (((code << rest) | after) << 2), entry);
  }
}

/** A number of `size` bits as the format writes it: those that begin with 0 are negative. */
@inline
function extended(number: i32, size: i32): i32 {
  return number < 1 << (size - 1) ? number - (1 << size) + 1 : number;
}

/**
 * States a component of the picture.
 *
 * @param across its blocks in an MCU sideways; `down` likewise
 * @param quantities 64 steps of quantisation of 16 bits in the order of rows
 * @param plane where block (firstColumn, firstRow) goes; `stride` bytes from row to row
 * @param firstColumn first block that is wanted, to before `endColumn`; rows likewise
 */
export function component(
  index: i32, across: i32, down: i32, direct: usize, others: usize, quantities: usize,
  plane: usize, stride: i32, firstColumn: i32, endColumn: i32, firstRow: i32, endRow: i32,
): void {
  const at = components + <usize>index * fields;
  store<i32>(at, across, 0);
  store<i32>(at, down, 4);
  store<usize>(at, direct, 8);
  store<usize>(at, others, 12);
  store<usize>(at, quantities, 16);
  store<usize>(at, plane, 20);
  store<i32>(at, stride, 24);
  store<i32>(at, firstColumn, 28);
  store<i32>(at, endColumn, 32);
  store<i32>(at, firstRow, 36);
  store<i32>(at, endRow, 40);
}

/**
 * Decodes the coded pixels into the planes of the components.
 *
 * @param from the coded bytes, with 0xff behind them; what they are without stuffed zeros goes
 *   to `to`, which has room for them and 512 bytes more
 * @param rows of MCUs that are decoded, of `allRows`
 * @param restart MCUs between two restarts, 0 for none
 * @returns the place of the marker behind the last interval that was decoded; 0 for anything
 *   irregular
 */
export function decode(
  from: usize, to: usize, many: i32, columns: i32, rows: i32, allRows: i32, restart: i32,
): usize {
  input = from;
  clean = to;
  let left = restart;
  let marker: i32 = 0;
  startInterval(many);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (restart > 0 && left == 0) {
        if (!endsHere() || <i32>load<u8>(input + 1) != 0xd0 + marker) return 0;
        input += 2;
        marker = (marker + 1) & 7;
        left = restart;
        startInterval(many);
      }
      left -= 1;
      for (let index = 0; index < many; index += 1) {
        if (!decodeUnit(components + <usize>index * fields, column, row)) return 0;
      }
    }
  }
  if (rows == allRows) return endsHere() ? input : 0;
  return usedBits() <= cleanBytes << 3 ? input : 0;
}

/** The bits of an interval that are used. */
@inline
function usedBits(): i32 {
  return (<i32>(word - clean) << 3) - count;
}

/** Whether less than a byte of the interval is left, and nothing was read beyond it. */
function endsHere(): bool {
  const left = (cleanBytes << 3) - usedBits();
  return left >= 0 && left < 8;
}

/** Copies the bytes up to the next marker without stuffed zeros, as words for this machine. */
function startInterval(many: i32): void {
  const ones = i8x16.splat(-1);
  let from = input;
  let to = clean;
  for (;;) {
    const bytes = v128.load(from);
    v128.store(to, bytes);
    const found = i8x16.bitmask(i8x16.eq(bytes, ones));
    if (found == 0) {
      from += 16;
      to += 16;
      continue;
    }
    const before = <usize>ctz(found);
    from += before;
    to += before;
    if (load<u8>(from + 1) != 0) break;
    store<u8>(to, 0xff);
    from += 2;
    to += 1;
  }
  input = from;
  cleanBytes = <i32>(to - clean);
  v128.store(to, i8x16.splat(0));
  v128.store(to + 16, i8x16.splat(0));
  for (let at = clean; at < to; at += 16) {
    const bytes = v128.load(at);
    v128.store(at, i8x16.shuffle(bytes, bytes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
  }
  bits = 0;
  count = 0;
  word = clean;
  for (let index = 0; index < many; index += 1) {
    store<i32>(components + <usize>index * fields, 0, 44);
  }
}

/** The blocks of a component in an MCU. */
function decodeUnit(at: usize, column: i32, row: i32): bool {
  const across = load<i32>(at, 0);
  const down = load<i32>(at, 4);
  for (let y = 0; y < down; y += 1) {
    const blockRow = row * down + y;
    const wantedRow = blockRow >= load<i32>(at, 36) && blockRow < load<i32>(at, 40);
    for (let x = 0; x < across; x += 1) {
      const blockColumn = column * across + x;
      const first = load<i32>(at, 28);
      const wanted = wantedRow && blockColumn >= first && blockColumn < load<i32>(at, 32);
      if (wanted) clearBlock();
      const last = readBlock(at);
      if (last == 0) return false;
      if (wanted) {
        const stride = load<i32>(at, 24);
        const place = (blockRow - load<i32>(at, 36)) * 8 * stride + (blockColumn - first) * 8;
        const target = load<usize>(at, 20) + <usize>place;
        if (last == 1) fillBlock(load<usize>(at, 16), target, stride);
        else transform(load<usize>(at, 16), target, stride);
      }
    }
  }
  return true;
}

@inline
function clearBlock(): void {
  const zero = i32x4.splat(0);
  v128.store(block, zero, 0);
  v128.store(block, zero, 16);
  v128.store(block, zero, 32);
  v128.store(block, zero, 48);
  v128.store(block, zero, 64);
  v128.store(block, zero, 80);
  v128.store(block, zero, 96);
  v128.store(block, zero, 112);
}

/**
 * Reads the coefficients of a block.
 *
 * @returns one more than the place of the last of them in the zigzag, 0 for anything irregular
 */
function readBlock(at: usize): i32 {
  let buffer = bits;
  let held = count;
  let next = word;
  const table = load<usize>(at, 12);

  // The mean, as the difference to that of the block before.
  if (held < 32) {
    buffer |= <u64>load<u32>(next) << (32 - held);
    held += 32;
    next += 4;
  }
  let means = load<usize>(at, 8);
  let entry = load<i32>(means + (<usize>(buffer >> (64 - lookBits)) << 2));
  let length = entry & 0x3f;
  let difference = entry >> 16;
  if (entry & bare) {
    let size = difference;
    if (length == 0) {
      length = longCode(means, <i32>(buffer >> 48));
      if (length == 0) return 0;
      size = longSymbol(means, <i32>(buffer >> 48), length);
    }
    buffer <<= length;
    held -= length;
    length = size;
    difference = size == 0 ? 0 : extended(<i32>(buffer >> (64 - size)), size);
  }
  buffer <<= length;
  held -= length;
  const mean = load<i32>(at, 44) + difference;
  if (mean < -32768 || mean > 32767) return 0;
  store<i32>(at, mean, 44);
  store<i16>(block, <i16>mean);

  let place = 1;
  let last = 1;
  while (place < 64) {
    if (held < 32) {
      buffer |= <u64>load<u32>(next) << (32 - held);
      held += 32;
      next += 4;
    }
    entry = load<i32>(table + (<usize>(buffer >> (64 - lookBits)) << 2));
    length = entry & 0x3f;
    if ((entry & bare) == 0) {
      place += (entry >> 8) & 0xff;
      buffer <<= length;
      held -= length;
      store<i16>(block + <usize>load<u8>(zigzag + place), <i16>(entry >> 16));
      place += 1;
      last = place;
      continue;
    }
    let symbol = entry >> 16;
    if (length == 0) {
      length = longCode(table, <i32>(buffer >> 48));
      if (length == 0) return 0;
      symbol = longSymbol(table, <i32>(buffer >> 48), length);
    }
    buffer <<= length;
    held -= length;
    const size = symbol & 15;
    const run = symbol >> 4;
    if (size == 0) {
      if (run != 15) break;
      place += 16;
      // Zeros up to the end are written as the end.
      if (place > 63) return 0;
      continue;
    }
    place += run;
    const number = extended(<i32>(buffer >> (64 - size)), size);
    buffer <<= size;
    held -= size;
    store<i16>(block + <usize>load<u8>(zigzag + place), <i16>number);
    place += 1;
    last = place;
  }
  bits = buffer;
  count = held;
  word = next;
  // Beyond the last coefficient, or so far beyond the coded bytes that these are not all zeros.
  if (last > 64 || next > clean + <usize>cleanBytes + 12) return 0;
  return last;
}

/** The length of a code that is longer than what is looked up, 0 for none. `code` has 16 bits. */
function longCode(table: usize, code: i32): i32 {
  for (let length = lookBits + 1; length <= 16; length += 1) {
    if (code < load<i32>(table + limitsAt + (length << 2))) return length;
  }
  return 0;
}

function longSymbol(table: usize, code: i32, length: i32): i32 {
  const place = (code >> (16 - length)) + load<i32>(table + offsetsAt + (length << 2));
  return <i32>load<u8>(table + symbolsAt + place);
}

/** A block that has a mean alone. */
function fillBlock(quantities: usize, target: usize, stride: i32): void {
  const mean = <i32>load<i16>(block) * <i32>load<i16>(quantities);
  const level = ((<i32>(<i16>(mean << 2)) + 16) >> 5) + 128;
  const bytes = i8x16.splat(<i8>min(255, max(0, level)));
  for (let row = 0; row < 8; row += 1) {
    v128.store64_lane(target, bytes, 0);
    target += <usize>stride;
  }
}

// Two 16-bit factors as one number of 32 bits, for sums of two products.
// @ts-ignore: decorator
@inline
function pair(low: i32, high: i32): v128 {
  return i32x4.splat((low & 0xffff) | (high << 16));
}

let row0: v128 = i32x4.splat(0);
let row1: v128 = i32x4.splat(0);
let row2: v128 = i32x4.splat(0);
let row3: v128 = i32x4.splat(0);
let row4: v128 = i32x4.splat(0);
let row5: v128 = i32x4.splat(0);
let row6: v128 = i32x4.splat(0);
let row7: v128 = i32x4.splat(0);

@inline
function low(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
function high(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

// Multiples of 2^-13, as everywhere in the accurate integer transform (C. Loeffler, A. Ligtenberg
// and G. Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications", 1989).
const F0298: i32 = 2446;
const F0390: i32 = 3196;
const F0541: i32 = 4433;
const F0765: i32 = 6270;
const F0899: i32 = 7373;
const F1175: i32 = 9633;
const F1501: i32 = 12299;
const F1847: i32 = 15137;
const F1961: i32 = 16069;
const F2053: i32 = 16819;
const F2562: i32 = 20995;
const F3072: i32 = 25172;

/** One pass over the eight rows, each of 8 numbers, and their exchange of rows for columns. */
@inline
function pass(shift: i32): void {
  const rounding = i32x4.splat(1 << (shift - 1));

  // Even places.
  const even_l = low(row2, row6);
  const even_h = high(row2, row6);
  const two = pair(F0541, F0541 - F1847);
  const three = pair(F0541 + F0765, F0541);
  const t2l = i32x4.dot_i16x8_s(even_l, two);
  const t2h = i32x4.dot_i16x8_s(even_h, two);
  const t3l = i32x4.dot_i16x8_s(even_l, three);
  const t3h = i32x4.dot_i16x8_s(even_h, three);
  const sum = i16x8.add(row0, row4);
  const difference = i16x8.sub(row0, row4);
  const t0l = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(sum), 13), rounding);
  const t0h = i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_s(sum), 13), rounding);
  const t1l = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(difference), 13), rounding);
  const t1h = i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_s(difference), 13), rounding);
  const e0l = i32x4.add(t0l, t3l);
  const e0h = i32x4.add(t0h, t3h);
  const e3l = i32x4.sub(t0l, t3l);
  const e3h = i32x4.sub(t0h, t3h);
  const e1l = i32x4.add(t1l, t2l);
  const e1h = i32x4.add(t1h, t2h);
  const e2l = i32x4.sub(t1l, t2l);
  const e2h = i32x4.sub(t1h, t2h);

  // Odd places.
  const z3 = i16x8.add(row3, row7);
  const z4 = i16x8.add(row1, row5);
  const zl = low(z3, z4);
  const zh = high(z3, z4);
  const third = pair(F1175 - F1961, F1175);
  const fourth = pair(F1175, F1175 - F0390);
  const z3l = i32x4.dot_i16x8_s(zl, third);
  const z3h = i32x4.dot_i16x8_s(zh, third);
  const z4l = i32x4.dot_i16x8_s(zl, fourth);
  const z4h = i32x4.dot_i16x8_s(zh, fourth);
  const outer_l = low(row7, row1);
  const outer_h = high(row7, row1);
  const inner_l = low(row5, row3);
  const inner_h = high(row5, row3);
  const a = pair(F0298 - F0899, -F0899);
  const b = pair(-F0899, F1501 - F0899);
  const c = pair(F2053 - F2562, -F2562);
  const d = pair(-F2562, F3072 - F2562);
  const o0l = i32x4.add(i32x4.dot_i16x8_s(outer_l, a), z3l);
  const o0h = i32x4.add(i32x4.dot_i16x8_s(outer_h, a), z3h);
  const o3l = i32x4.add(i32x4.dot_i16x8_s(outer_l, b), z4l);
  const o3h = i32x4.add(i32x4.dot_i16x8_s(outer_h, b), z4h);
  const o1l = i32x4.add(i32x4.dot_i16x8_s(inner_l, c), z4l);
  const o1h = i32x4.add(i32x4.dot_i16x8_s(inner_h, c), z4h);
  const o2l = i32x4.add(i32x4.dot_i16x8_s(inner_l, d), z3l);
  const o2h = i32x4.add(i32x4.dot_i16x8_s(inner_h, d), z3h);

  const r0 = narrowed(i32x4.add(e0l, o3l), i32x4.add(e0h, o3h), shift);
  const r7 = narrowed(i32x4.sub(e0l, o3l), i32x4.sub(e0h, o3h), shift);
  const r1 = narrowed(i32x4.add(e1l, o2l), i32x4.add(e1h, o2h), shift);
  const r6 = narrowed(i32x4.sub(e1l, o2l), i32x4.sub(e1h, o2h), shift);
  const r2 = narrowed(i32x4.add(e2l, o1l), i32x4.add(e2h, o1h), shift);
  const r5 = narrowed(i32x4.sub(e2l, o1l), i32x4.sub(e2h, o1h), shift);
  const r3 = narrowed(i32x4.add(e3l, o0l), i32x4.add(e3h, o0h), shift);
  const r4 = narrowed(i32x4.sub(e3l, o0l), i32x4.sub(e3h, o0h), shift);

  // Rows become columns: numbers of two, then of four, then of eight rows side by side.
  const p0 = low(r0, r4);
  const p1 = high(r0, r4);
  const p2 = low(r1, r5);
  const p3 = high(r1, r5);
  const p4 = low(r2, r6);
  const p5 = high(r2, r6);
  const p6 = low(r3, r7);
  const p7 = high(r3, r7);
  const q0 = low(p0, p4);
  const q1 = high(p0, p4);
  const q2 = low(p1, p5);
  const q3 = high(p1, p5);
  const q4 = low(p2, p6);
  const q5 = high(p2, p6);
  const q6 = low(p3, p7);
  const q7 = high(p3, p7);
  row0 = low(q0, q4);
  row1 = high(q0, q4);
  row2 = low(q1, q5);
  row3 = high(q1, q5);
  row4 = low(q2, q6);
  row5 = high(q2, q6);
  row6 = low(q3, q7);
  row7 = high(q3, q7);
}

@inline
function narrowed(l: v128, h: v128, shift: i32): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(l, shift), i32x4.shr_s(h, shift));
}

/** Whether a block has coefficients in its first row alone. */
@inline
function isOneRow(): bool {
  const upper = v128.or(v128.load(block, 16), v128.or(v128.load(block, 32), v128.load(block, 48)));
  const lower = v128.or(v128.load(block, 64), v128.or(v128.load(block, 80), v128.load(block, 96)));
  return !v128.any_true(v128.or(v128.load(block, 112), v128.or(upper, lower)));
}

/** The first pass over such a block. */
@inline
function spread(): void {
  const row = i16x8.shl(row0, 2);
  row0 = i16x8.shuffle(row, row, 0, 0, 0, 0, 0, 0, 0, 0);
  row1 = i16x8.shuffle(row, row, 1, 1, 1, 1, 1, 1, 1, 1);
  row2 = i16x8.shuffle(row, row, 2, 2, 2, 2, 2, 2, 2, 2);
  row3 = i16x8.shuffle(row, row, 3, 3, 3, 3, 3, 3, 3, 3);
  row4 = i16x8.shuffle(row, row, 4, 4, 4, 4, 4, 4, 4, 4);
  row5 = i16x8.shuffle(row, row, 5, 5, 5, 5, 5, 5, 5, 5);
  row6 = i16x8.shuffle(row, row, 6, 6, 6, 6, 6, 6, 6, 6);
  row7 = i16x8.shuffle(row, row, 7, 7, 7, 7, 7, 7, 7, 7);
}

@inline
function dequantise(quantities: usize): void {
  row1 = i16x8.mul(v128.load(block, 16), v128.load(quantities, 16));
  row2 = i16x8.mul(v128.load(block, 32), v128.load(quantities, 32));
  row3 = i16x8.mul(v128.load(block, 48), v128.load(quantities, 48));
  row4 = i16x8.mul(v128.load(block, 64), v128.load(quantities, 64));
  row5 = i16x8.mul(v128.load(block, 80), v128.load(quantities, 80));
  row6 = i16x8.mul(v128.load(block, 96), v128.load(quantities, 96));
  row7 = i16x8.mul(v128.load(block, 112), v128.load(quantities, 112));
}

/** The inverse transform of a block, and its eight rows of bytes. */
function transform(quantities: usize, target: usize, stride: i32): void {
  row0 = i16x8.mul(v128.load(block, 0), v128.load(quantities, 0));
  if (isOneRow()) spread();
  else {
    dequantise(quantities);
    pass(11);
  }
  pass(18);
  const centre = i8x16.splat(-128);
  const rows01 = v128.xor(i8x16.narrow_i16x8_s(row0, row1), centre);
  const rows23 = v128.xor(i8x16.narrow_i16x8_s(row2, row3), centre);
  const rows45 = v128.xor(i8x16.narrow_i16x8_s(row4, row5), centre);
  const rows67 = v128.xor(i8x16.narrow_i16x8_s(row6, row7), centre);
  const step = <usize>stride;
  v128.store64_lane(target, rows01, 0);
  v128.store64_lane(target += step, rows01, 1);
  v128.store64_lane(target += step, rows23, 0);
  v128.store64_lane(target += step, rows23, 1);
  v128.store64_lane(target += step, rows45, 0);
  v128.store64_lane(target += step, rows45, 1);
  v128.store64_lane(target += step, rows67, 0);
  v128.store64_lane(target += step, rows67, 1);
}

/** Rows of one plane as grey RGB. */
export function grey(light: usize, stride: i32, width: i32, height: i32, to: usize): void {
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 16) {
      const bytes = v128.load(light + <usize>x);
      interleave(to + <usize>(3 * x), bytes, bytes, bytes);
    }
    light += <usize>stride;
    to += <usize>(3 * width);
  }
}

/**
 * Rows of the picture from its planes. Colours of half a resolution are smoothed between pixels as
 * libjpeg's "fancy" upsampling does it: three parts of the nearer sample, one of the farther.
 *
 * @param light where the first pixel of the part is in its plane
 * @param blue where the plane of Cb would begin if it was whole, and `red` that of Cr
 * @param colourWidth samples of the whole plane of a colour sideways; `colourHeight` downwards
 * @param halfWide whether colours have half the columns; `halfHigh` half the rows
 * @param work room for two rows of colours and one of sums
 */
export function colours(
  light: usize, lightStride: i32, blue: usize, red: usize, stride: i32,
  colourWidth: i32, colourHeight: i32, halfWide: i32, halfHigh: i32,
  left: i32, top: i32, width: i32, height: i32, work: usize, to: usize,
): void {
  const room = <usize>(((width + 2) & ~15) + 48);
  const first = left >> halfWide;
  const samples = ((left + width - 1) >> halfWide) - first + 1;
  const skip = <usize>(left & halfWide);
  for (let y = top; y < top + height; y += 1) {
    const near = y >> halfHigh;
    let far = near;
    let odd = 0;
    if (halfHigh) {
      odd = y & 1;
      far = max(0, min(colourHeight - 1, odd ? near + 1 : near - 1));
    }
    const nearAt = <usize>(near * stride + first);
    const farAt = <usize>(far * stride + first);
    let cb = blue + nearAt;
    let cr = red + nearAt;
    if (halfWide) {
      const atLeft = first == 0;
      const atRight = first + samples == colourWidth;
      const sums = work + 2 * room + 16;
      widened(cb, blue + farAt, samples, halfHigh, atLeft, atRight, sums, work);
      widened(cr, red + farAt, samples, halfHigh, atLeft, atRight, sums, work + room);
      cb = work + skip;
      cr = work + room + skip;
    } else if (halfHigh) {
      mixed(cb, blue + farAt, samples, odd, work);
      mixed(cr, red + farAt, samples, odd, work + room);
      cb = work;
      cr = work + room;
    }
    toRgb(light, cb, cr, width, to);
    light += <usize>lightStride;
    to += <usize>(3 * width);
  }
}

/** A row of samples between two rows (h1v2). */
@inline
function mixed(near: usize, far: usize, samples: i32, odd: i32, to: usize): void {
  const bias = i16x8.splat(<i16>(1 + odd));
  for (let x: usize = 0; x < <usize>samples; x += 8) {
    const sum = i16x8.add(threeAndOne(near + x, far + x), bias);
    const bytes = i16x8.shr_u(sum, 2);
    v128.store64_lane(to + x, i8x16.narrow_i16x8_u(bytes, bytes), 0);
  }
}

@inline
function threeAndOne(near: usize, far: usize): v128 {
  const three = i16x8.mul(v128.load8x8_u(near), i16x8.splat(3));
  return i16x8.add(three, v128.load8x8_u(far));
}

/** A row of samples with two for each (h2v1), also between two rows (h2v2). */
@inline
function widened(
  near: usize, far: usize, samples: i32, halfHigh: i32, atLeft: bool, atRight: bool,
  sums: usize, to: usize,
): void {
  // With a neighbour on either side: outside of the picture that is the sample at its edge.
  for (let x = -1; x <= samples; x += 8) {
    const sum = halfHigh ? threeAndOne(near + x, far + x) : v128.load8x8_u(near + x);
    v128.store(sums + <usize>(x << 1), sum);
  }
  if (atLeft) store<i16>(sums - 2, load<i16>(sums));
  const end = sums + <usize>(samples << 1);
  if (atRight) store<i16>(end, load<i16>(end - 2));
  const before = i16x8.splat(halfHigh ? 8 : 1);
  const after = i16x8.splat(halfHigh ? 7 : 2);
  const shift = halfHigh ? 4 : 2;
  for (let x: usize = 0; x < <usize>samples; x += 8) {
    const at = sums + (x << 1);
    const three = i16x8.mul(v128.load(at), i16x8.splat(3));
    const even = i16x8.shr_u(i16x8.add(i16x8.add(three, v128.load(at - 2)), before), shift);
    const odd = i16x8.shr_u(i16x8.add(i16x8.add(three, v128.load(at + 2)), after), shift);
    v128.store(to + (x << 1), v128.or(even, i16x8.shl(odd, 8)));
  }
}

/**
 * A row of YCbCr as RGB (ITU-R BT.601 in the full range of bytes, as JFIF has it), with factors of
 * 16 bits after the point.
 */
@inline
function toRgb(light: usize, blue: usize, red: usize, width: i32, to: usize): void {
  for (let x: usize = 0; x < <usize>width; x += 16) {
    const y = v128.load(light + x);
    const centre = i8x16.splat(-128);
    const cb = v128.xor(v128.load(blue + x), centre);
    const cr = v128.xor(v128.load(red + x), centre);
    const yl = i16x8.extend_low_i8x16_u(y);
    const yh = i16x8.extend_high_i8x16_u(y);
    const bl = i16x8.extend_low_i8x16_s(cb);
    const bh = i16x8.extend_high_i8x16_s(cb);
    const rl = i16x8.extend_low_i8x16_s(cr);
    const rh = i16x8.extend_high_i8x16_s(cr);
    const r = i8x16.narrow_i16x8_u(i16x8.add(yl, redOf(rl)), i16x8.add(yh, redOf(rh)));
    const g = i8x16.narrow_i16x8_u(i16x8.add(yl, greenOf(bl, rl)), i16x8.add(yh, greenOf(bh, rh)));
    const b = i8x16.narrow_i16x8_u(i16x8.add(yl, blueOf(bl)), i16x8.add(yh, blueOf(bh)));
    interleave(to + 3 * x, r, g, b);
  }
}

/** 1.402 Cr, rounded. */
@inline
function redOf(cr: v128): v128 {
  return i16x8.add(cr, scaled(cr, 26345));
}

/** 1.772 Cb, rounded. */
@inline
function blueOf(cb: v128): v128 {
  return i16x8.add(i16x8.shl(cb, 1), scaled(cb, -14942));
}

@inline
function scaled(value: v128, factor: i16): v128 {
  const rounding = i32x4.splat(1 << 15);
  const factors = i16x8.splat(factor);
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.extmul_low_i16x8_s(value, factors), rounding), 16),
    i32x4.shr_s(i32x4.add(i32x4.extmul_high_i16x8_s(value, factors), rounding), 16),
  );
}

/** -0.34414 Cb - 0.71414 Cr, rounded. */
@inline
function greenOf(cb: v128, cr: v128): v128 {
  const rounding = i32x4.splat(1 << 15);
  const factors = pair(-22554, 18734);
  const sum = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(low(cb, cr), factors), rounding), 16),
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(high(cb, cr), factors), rounding), 16),
  );
  return i16x8.sub(sum, cr);
}

/** 16 pixels of three bytes. */
@inline
function interleave(to: usize, r: v128, g: v128, b: v128): void {
  const first = i8x16.shuffle(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
  v128.store(to, i8x16.shuffle(first, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
  const second = i8x16.shuffle(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
  v128.store(
    to + 16,
    i8x16.shuffle(second, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15),
  );
  const third = i8x16.shuffle(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
  v128.store(
    to + 32,
    i8x16.shuffle(third, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31),
  );
}
