import { shortened } from '../../common/shortened.ts';

/** No network has more: PyTorch's own operators stop at 64 dimensions. */
export const maximumRank = 64;
const maximumTensors = 100_000;
/** A tensor's own key, and those of its three fields. */
const maximumKeys = 4 * maximumTensors + maximumTensors;
/** The header, a tensor, and a list of numbers within it. */
const maximumDepth = 3;
const maximumName = 4096;

/** An object or list that the scan is in. */
interface Frame {
  /** Keys so far; null in a list. */
  readonly keys: Set<string> | null;
  /** Values so far, in a list. */
  items: number;
  /** The key that was read last. */
  key: string;
}

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/**
 * Scans the JSON text of a header before it is parsed, in one pass over its bytes. It finds faults
 * that `JSON.parse` hides (a key that stands twice; `4.0` for 4) and sizes that would exhaust
 * memory (deep nesting, a hundred million sides). Syntax is left to the parser.
 *
 * @returns the first trouble as part of a sentence, naming tensor and field; null where there is
 *   none
 */
export function headerTrouble(header: Buffer): string | null {
  const frames: Frame[] = [];
  let keys = 0;
  for (let at = 0; at < header.length; at += 1) {
    const code = header[at] as number;
    const frame = frames.at(-1);
    if (opens(code)) {
      if (frames.length === maximumDepth) {
        return `${placeOf(frames)} is nested more than ${maximumDepth} levels deep`;
      }
      if (countItem(frame)) return tooManyItems(frames);
      frames.push({ keys: code === 0x7b ? new Set() : null, items: 0, key: '' });
    } else if (closes(code)) {
      frames.pop();
    } else if (code === quote) {
      const end = closingQuote(header, at);
      if (frame?.keys == null || !isKey(header, end)) {
        if (countItem(frame)) return tooManyItems(frames);
      } else {
        if (end - at > maximumName) {
          return `${frames.length === 1 ? 'it has a tensor with' : `${placeOf(frames)} has`} a name of ${end - at - 1} bytes; ${maximumName} are read`;
        }
        keys += 1;
        if (keys > maximumKeys || (frames.length === 1 && frame.keys.size === maximumTensors)) {
          return `it names more than ${maximumTensors} tensors`;
        }
        const key = textOf(header, at, end);
        if (frame.keys.has(key)) {
          return frames.length === 1
            ? `it has the key "${shortened(key)}" twice`
            : `${placeOf(frames.slice(0, -1))} has the field "${shortened(key)}" twice`;
        }
        frame.keys.add(key);
        frame.key = key;
      }
      at = end;
    } else if (isOfNumber(code)) {
      const end = numberEnd(header, at);
      if (countItem(frame)) return tooManyItems(frames);
      const text = header.toString('latin1', at, Math.min(end, at + 60));
      if (!/^\d+$/.test(text)) {
        return `${placeOf(frames)} holds the number ${shortened(text, 40)}, which is not written as a whole number of at least 0`;
      }
      at = end - 1;
    }
  }
  return null;
}

/** `tensor "a", field "shape"`, as far as the scan is in one. */
function placeOf(frames: readonly Frame[]): string {
  const [tensor, field] = frames.filter((frame) => frame.keys !== null).map(({ key }) => key);
  if (tensor === undefined || tensor === '') return 'its header';
  const name = `tensor "${shortened(tensor)}"`;
  return field === undefined || field === '' ? name : `${name}, field "${shortened(field)}",`;
}

/** @returns whether a list has more values than any shape has sides */
function countItem(frame: Frame | undefined): boolean {
  if (frame === undefined || frame.keys !== null) return false;
  frame.items += 1;
  return frame.items > maximumRank;
}

function tooManyItems(frames: readonly Frame[]): string {
  return `${placeOf(frames)} has more than ${maximumRank} values`;
}

function closingQuote(bytes: Buffer, opening: number): number {
  let at = opening + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}

function isKey(bytes: Buffer, closing: number): boolean {
  let at = closing + 1;
  while (bytes[at] === 0x20 || (bytes[at] as number) === 0x0a || bytes[at] === 0x09) at += 1;
  return bytes[at] === colon;
}

/** A key without its escapes: `"\u0061"` and `"a"` are one. */
function textOf(bytes: Buffer, opening: number, closing: number): string {
  const written = bytes.toString('utf8', opening, closing + 1);
  try {
    return JSON.parse(written) as string;
  } catch {
    return written;
  }
}

function numberEnd(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && isOfNumber(bytes[at] as number, true)) at += 1;
  return at;
}

/** Digits and minus begin a number; point, plus and exponent belong to one. */
function isOfNumber(code: number, within = false): boolean {
  if ((code >= 0x30 && code <= 0x39) || code === 0x2d) return true;
  return within && (code === 0x2e || code === 0x2b || code === 0x65 || code === 0x45);
}

const opens = (code: number) => code === 0x7b || code === 0x5b;
const closes = (code: number) => code === 0x7d || code === 0x5d;
