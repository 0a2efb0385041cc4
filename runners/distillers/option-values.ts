import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import type { Hyper, HyperValue } from '../../contract/spec.ts';
import type { NumberOption, NumbersOption, Option, Options, ValuesOf } from './option-types.ts';

/*
 * Values of hyper-parameters have two forms: as methods compute with them (a number, a word, a list
 * of numbers), and as specs and suites spell them (a list is text there: `[1,1.5]`).
 */

type Value = number | string | readonly number[];

/** A value as specs spell it. */
export function spelled(value: Value): HyperValue {
  return typeof value === 'object' ? `[${value.join(',')}]` : value;
}

/** Values by name as specs spell them. */
export function spelledValues(values: Readonly<Record<string, Value | undefined>>): Hyper {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, spelled(value)]],
    ),
  );
}

/** The default of every option, as specs spell it. */
export function defaultsOf(options: Options): Hyper {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, spelled(option.default)]),
  );
}

/** The numbers of a list as specs spell it: `[1,2]`. */
export function numbersOf(text: string): readonly number[] {
  return [JSON.parse(text) as number | number[]].flat();
}

/**
 * What a method gets of its resolved hyper-parameters. One that a plug-in took away, so that it is
 * not among them, has its default, which nothing then reads.
 */
export function valuesOf<Given extends Options>(options: Given, hyper: Hyper): ValuesOf<Given> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const given = lookUp(hyper, name);
      return [name, given === undefined ? option.default : readValue(option, given)];
    }),
  ) as ValuesOf<Given>;
}

function readValue({ kind }: Option, given: HyperValue): Value {
  if (kind === 'number') return Number(given);
  return kind === 'choice' ? String(given) : numbersOf(String(given));
}

/** The one spelling of all those that mean the same as this value, which must be in range. */
export function oneSpelling(option: Option, value: HyperValue): HyperValue {
  if (option.kind === 'number') return option.same?.(Number(value)) ?? value;
  if (option.kind === 'choice' || option.same === undefined) return value;
  return spelled(option.same(numbersOf(String(value))));
}

/**
 * A hyper-parameter's value in its one spelling.
 *
 * @param id the method it is given to, for the message
 * @throws UsageError `HYPER_VALUE` for a value of the wrong kind or out of range
 */
export function checkedValue(
  name: string,
  given: HyperValue,
  option: Option,
  id: string,
): HyperValue {
  const fail = (expected: string) =>
    new UsageError(
      'HYPER_VALUE',
      `Hyper-parameter "${name}" of ${id} is ${JSON.stringify(given)}; it must be ${expected}.`,
      { hint: `${option.about}. Official default: ${option.source}.` },
    );
  return oneSpelling(option, inRange(given, option, fail));
}

type Fail = (expected: string) => UsageError;

function inRange(given: HyperValue, option: Option, fail: Fail): HyperValue {
  if (option.kind === 'number') return checkedNumber(given, option, fail);
  if (option.kind === 'numbers') return checkedList(given, option, fail);
  const plain = String(given).replaceAll(/\s/g, '');
  const choice = option.choices.find((each) => each === plain || each === `[${plain}]`);
  if (choice === undefined) throw fail(`one of ${option.choices.join(', ')}`);
  return choice;
}

function checkedNumber(
  given: HyperValue,
  { min, max, open = false, integer = false }: NumberOption,
  fail: Fail,
): number {
  const inside =
    typeof given === 'number' &&
    Number.isFinite(given) &&
    (open ? given > min : given >= min) &&
    (max === undefined || given <= max) &&
    (!integer || Number.isInteger(given));
  if (inside) return given;
  const least = open ? `above ${min}` : `at least ${min}`;
  const most = max === undefined ? '' : ` and at most ${max}`;
  throw fail(`${integer ? 'a whole number' : 'a number'} ${least}${most}`);
}

/** A list of numbers in one spelling: `[1,1.5]`. */
function checkedList(
  given: HyperValue,
  { min, integer = false }: NumbersOption,
  fail: Fail,
): HyperValue {
  const texts = String(given)
    .replaceAll(/^\s*\[|\]\s*$/g, '')
    .split(',')
    .map((text) => text.trim());
  const numbers = texts.map(Number);
  const fits = (value: number) =>
    Number.isFinite(value) && value >= min && (!integer || Number.isInteger(value));
  if (typeof given === 'boolean' || texts.includes('') || !numbers.every(fits)) {
    throw fail(`${integer ? 'whole numbers' : 'numbers'} of at least ${min} as in [1,2]`);
  }
  return spelled(numbers);
}
