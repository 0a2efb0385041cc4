import type { Picture } from '../augment/picture.ts';
import { compiledKernel, type KernelMemory, KernelRoom, keptInstance } from '../kernel-memory.ts';
import type { Region } from '../views/resample.ts';
import { CodeTables } from './code-tables.ts';
import type { JpegComponent, JpegHeader } from './jpeg-header.ts';
import { kernelBinary } from './kernel/jpeg.ts';
import { marker } from './markers.ts';

/** What `kernel/jpeg.as` exports. Places are byte offsets in its memory. */
interface Kernel {
  readonly memory: KernelMemory;
  huffman(table: number, counts: number, direct: number): number;
  component(
    index: number,
    across: number,
    down: number,
    direct: number,
    others: number,
    quantities: number,
    plane: number,
    stride: number,
    firstColumn: number,
    endColumn: number,
    firstRow: number,
    endRow: number,
  ): void;
  decode(
    from: number,
    to: number,
    components: number,
    columns: number,
    rows: number,
    allRows: number,
    restart: number,
  ): number;
  grey(light: number, stride: number, width: number, height: number, to: number): void;
  colours(
    light: number,
    lightStride: number,
    blue: number,
    red: number,
    stride: number,
    colourWidth: number,
    colourHeight: number,
    halfWide: number,
    halfHigh: number,
    left: number,
    top: number,
    width: number,
    height: number,
    work: number,
    to: number,
  ): void;
}

const newKernel = compiledKernel<Kernel>(kernelBinary);
/** Larger parts are left to sharp: a kernel has all of a part in its memory at once. */
const mostPixels = 2 ** 24;
/** Free bytes on either side of a row of a plane. */
const margin = 16;
/** How far reading may go beyond the end of the coded pixels before it is noticed. */
const slack = 512;

interface Decoder {
  readonly kernel: Kernel;
  readonly memory: KernelMemory;
  readonly tables: CodeTables;
}

const withDecoder = keptInstance((): Decoder => {
  const kernel = newKernel();
  return { kernel, memory: kernel.memory, tables: new CodeTables(kernel) };
});

/**
 * Decodes a part of a baseline JPEG, equal in every byte to that part of what libjpeg-turbo (and so
 * Pillow, OpenCV and sharp) makes of the whole. Pixels outside of the part are not computed, and
 * what follows its last row is not looked at.
 *
 * @returns null where anything is irregular, or too large for this way: sharp then says what it is
 */
export function decodeBaseline(
  bytes: Uint8Array,
  header: JpegHeader,
  region: Region,
): Picture | null {
  const { width, height, components } = header;
  const inside = region.x + region.width <= width && region.y + region.height <= height;
  // libjpeg does not smooth the colours of the narrowest pictures.
  const narrow = (components[0] as JpegComponent).across === 2 && width <= 4;
  if (!inside || narrow || region.width * region.height > mostPixels) return null;
  return withDecoder((decoder) => decodeWith(decoder, bytes, header, region));
}

function decodeWith(
  { kernel, tables }: Decoder,
  bytes: Uint8Array,
  header: JpegHeader,
  region: Region,
): Picture | null {
  const { components, width, height, restart } = header;
  const light = components[0] as JpegComponent;
  const coded = bytes.subarray(header.start);
  const room = new KernelRoom(kernel.memory, tables.end);
  const input = room.take(coded.length + margin);
  const clean = room.take(coded.length + slack);
  const steps = components.map(() => room.take(128));
  const planes = components.map((component) => planeOf(room, component, header, region));
  const work = room.take(4 * (region.width + 64));
  const result = room.take(3 * (region.width * region.height + margin));
  const memory = room.memory();
  memory.set(coded, input);
  // The end of the file ends the coded pixels as a marker does.
  memory.fill(0xff, input + coded.length, input + coded.length + margin);
  for (const [index, component] of components.entries()) {
    const { place, stride, columns, rows } = planes[index] as Plane;
    const direct = tables.place(component.direct, 'direct', components);
    const others = tables.place(component.others, 'others', components);
    const quantities = steps[index] as number;
    if (direct === null || others === null) return null;
    writeSteps(memory, quantities, component.quantities);
    // biome-ignore format: as the kernel lists them
    kernel.component(
      index, component.across, component.down, direct, others, quantities,
      place, stride, columns.first, columns.end, rows.first, rows.end,
    );
  }
  const allRows = Math.ceil(height / (8 * light.down));
  const rows = Math.max(
    ...components.map(({ down }, at) => Math.ceil((planes[at] as Plane).rows.end / down)),
  );
  const columns = Math.ceil(width / (8 * light.across));
  const end = kernel.decode(input, clean, components.length, columns, rows, allRows, restart);
  const ends = memory[end] === 0xff && memory[end + 1] === marker.eoi && end < input + coded.length;
  if (end === 0 || (rows === allRows && !ends)) return null;
  toRgb(kernel, header, planes, region, work, result);
  const pixels = memory.slice(result, result + 3 * region.width * region.height);
  return { pixels, height: region.height, width: region.width };
}

/** A component's blocks that are wanted, and where they are. */
interface Plane {
  readonly place: number;
  readonly stride: number;
  readonly columns: Span;
  readonly rows: Span;
}

interface Span {
  readonly first: number;
  readonly end: number;
}

function planeOf(
  room: KernelRoom,
  component: JpegComponent,
  { components, width, height }: JpegHeader,
  region: Region,
): Plane {
  const light = components[0] as JpegComponent;
  const columns = blocks(region.x, region.width, width, component.across < light.across);
  const rows = blocks(region.y, region.height, height, component.down < light.down);
  const stride = 8 * (columns.end - columns.first) + 2 * margin;
  const place = room.take(8 * (rows.end - rows.first) * stride + margin) + margin;
  return { place, stride, columns, rows };
}

/** The blocks of pixels, or of samples for two pixels each with a neighbour on either side. */
function blocks(start: number, count: number, all: number, half: boolean): Span {
  const last = start + count - 1;
  if (!half) return { first: start >> 3, end: (last >> 3) + 1 };
  const samples = Math.ceil(all / 2);
  const first = Math.max(0, (start >> 1) - 1);
  return { first: first >> 3, end: (Math.min(samples - 1, (last >> 1) + 1) >> 3) + 1 };
}

function toRgb(
  kernel: Kernel,
  { components, width, height }: JpegHeader,
  planes: readonly Plane[],
  { x, y, width: columns, height: rows }: Region,
  work: number,
  result: number,
): void {
  const [light, blue, red] = planes as [Plane, Plane?, Plane?];
  const start = originOf(light) + y * light.stride + x;
  if (blue === undefined || red === undefined) {
    kernel.grey(start, light.stride, columns, rows, result);
    return;
  }
  const { across, down } = components[0] as JpegComponent;
  // biome-ignore format: as the kernel lists them
  kernel.colours(
    start, light.stride, originOf(blue), originOf(red), blue.stride,
    Math.ceil(width / across), Math.ceil(height / down), across - 1, down - 1,
    x, y, columns, rows, work, result,
  );
}

/** Where the plane would begin if it was whole. */
const originOf = ({ place, stride, columns, rows }: Plane) =>
  place - 8 * (rows.first * stride + columns.first);

/** Writes steps of quantisation in the order of rows. */
function writeSteps(memory: Uint8Array, place: number, steps: Uint8Array): void {
  for (let at = 0; at < 64; at += 1) {
    const to = place + 2 * (zigzag[at] as number);
    memory[to] = steps[at] as number;
    memory[to + 1] = 0;
  }
}

/** Place in a block by place in the order of coded coefficients (ITU-T T.81, figure 5). */
// biome-ignore format: a table
const zigzag = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
  58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];
