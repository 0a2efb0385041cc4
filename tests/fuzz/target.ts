import type * as fc from 'fast-check';
import { RedistillError } from '../../common/errors.ts';

/** A place of its own for the files of one execution; it is emptied after each. */
export interface FuzzWorld {
  readonly folder: string;
  /** Writes a file into the folder, which must be there afterwards and alone. @returns its path */
  file(name: string, bytes: Uint8Array | string): string;
  /** Says that a reader may leave this there. */
  expected(name: string): void;
}

/** A reader under attack. */
export interface FuzzTarget<Input = unknown> {
  readonly name: string;
  /** Executions of the short version. */
  readonly short: number;
  /** Makes inputs: from the corpus, by edits that shrink one by one. */
  inputs(): fc.Arbitrary<Input> | Promise<fc.Arbitrary<Input>>;
  /** Reads the input and throws where the reader broke its promise. */
  run(input: Input, world: FuzzWorld): void | Promise<void>;
  /** The input as bytes for whoever looks at a finding. */
  show(input: Input): Uint8Array;
}

/** A promise that was broken. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export function expect(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Violation(sentence);
}

/** Sentences are for people: a file of a million names must not become one of a million names. */
const longestMessage = 8000;

/** Words of V8 and Node that a sentence for people does not have. */
const rawWords =
  /Cannot read propert|is not a function|is not iterable|undefined \(reading|Invalid (array|typed array|string|count|time)|Maximum call stack|out of range|Cannot convert|offset is outside|ERR_[A-Z]/;

/**
 * The oracle: a reader gives a value that fits its contract, or refuses with a code and a sentence
 * that names the file.
 *
 * @param names one of them must stand in the sentence
 */
export async function readOrRefused<T>(
  names: string | readonly string[],
  read: () => T | Promise<T>,
  check: (value: T) => void | Promise<void>,
): Promise<void> {
  let value: T;
  try {
    value = await read();
  } catch (cause) {
    checkRefusal([names].flat(), cause);
    return;
  }
  await check(value);
}

function checkRefusal(names: readonly string[], cause: unknown): void {
  if (cause instanceof Violation) throw cause;
  if (!(cause instanceof RedistillError)) {
    throw new Violation(
      `a raw ${nameOf(cause)}: ${String((cause as Error).message).slice(0, 300)}`,
      {
        cause,
      },
    );
  }
  checkSentence(names, cause.code, cause.message, cause);
}

/** The same for what is said of a file without an error: a finding, a problem. */
export function checkSentence(
  names: string | readonly string[],
  code: string,
  message: string,
  cause?: unknown,
): void {
  const broken = (what: string) =>
    new Violation(`${code} ${what}: ${message.slice(0, 300)}`, { cause });
  if (!/^[A-Z][A-Z0-9_]+$/.test(code)) throw broken('is no code');
  if (![names].flat().some((name) => message.includes(name)))
    throw broken('does not name the file');
  if (message.length > longestMessage) throw broken(`has ${message.length} characters`);
  if (rawWords.test(message)) throw broken('speaks of our insides');
}

const nameOf = (cause: unknown) =>
  cause instanceof Error ? cause.constructor.name : `thrown ${typeof cause}`;
