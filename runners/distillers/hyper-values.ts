import { UsageError } from '../../common/errors.ts';
import type { HyperValue } from '../../contract/spec.ts';
import type { HyperField } from './types.ts';

/**
 * A hyper-parameter's value in its one spelling.
 *
 * @param id the method it is given to, for the message
 * @throws UsageError `HYPER_VALUE` for a value of the wrong kind or out of range
 */
export function checkedHyper(
  name: string,
  given: HyperValue,
  field: HyperField,
  id: string,
): HyperValue {
  const value = inRange(name, given, field, id);
  return field.same?.(value) ?? value;
}

function inRange(name: string, given: HyperValue, field: HyperField, id: string): HyperValue {
  const fail = (expected: string) =>
    new UsageError(
      'HYPER_VALUE',
      `Hyper-parameter "${name}" of ${id} is ${JSON.stringify(given)}; it must be ${expected}.`,
      { hint: `${field.about}. Official default: ${field.source}.` },
    );
  if (field.kind === 'choice') {
    const plain = String(given).replaceAll(/\s/g, '');
    const choice = field.choices.find((each) => each === plain || each === `[${plain}]`);
    if (choice === undefined) throw fail(`one of ${field.choices.join(', ')}`);
    return choice;
  }
  if (field.kind === 'numbers') return checkedList(given, field, fail);
  const { min, max, open = false, integer = false } = field;
  const inside =
    typeof given === 'number' &&
    Number.isFinite(given) &&
    (open ? given > min : given >= min) &&
    (max === undefined || given <= max) &&
    (!integer || Number.isInteger(given));
  if (!inside) {
    const least = open ? `above ${min}` : `at least ${min}`;
    const most = max === undefined ? '' : ` and at most ${max}`;
    throw fail(`${integer ? 'a whole number' : 'a number'} ${least}${most}`);
  }
  return given;
}

/** A list of numbers in one spelling: `[1,1.5]`. */
function checkedList(
  given: HyperValue,
  { min, integer = false }: Extract<HyperField, { kind: 'numbers' }>,
  fail: (expected: string) => UsageError,
): string {
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
  return `[${numbers.join(',')}]`;
}
