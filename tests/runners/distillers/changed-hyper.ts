import assert from 'node:assert/strict';
import { RedistillError } from '../../../common/errors.ts';
import type { Hyper, HyperValue } from '../../../contract/spec.ts';
import type { Option, Options } from '../../../runners/distillers/option-types.ts';

/** How a hyper-parameter must be changed to be seen, where any other value would not do. */
export interface Visible {
  /** What must be set beside it. */
  readonly beside?: Hyper;
  readonly value?: HyperValue;
  /** The first of the steps whose loss differs, from 1. Default: 1. */
  readonly from?: number;
  /** Why it needs the above. */
  readonly because: string;
}

/** Another value that is in range. */
export function anotherValue(option: Option, value: HyperValue): HyperValue {
  if (option.kind === 'choice') return option.choices.find((each) => each !== value) as string;
  if (option.kind === 'numbers') return value === '[2]' ? '[3]' : '[2]';
  const { max = Number.POSITIVE_INFINITY, integer = false } = option;
  const number = Number(value);
  if (integer) return number + 1 <= max ? number + 1 : number - 1;
  if (number === 0) return Math.min(0.5, max);
  return Math.abs(number * 3) <= max ? number * 3 : number / 2;
}

/** One hyper-parameter with two values: before and after a change, both resolved as a plan does. */
export interface ChangedHyper {
  readonly name: string;
  readonly before: Hyper;
  readonly after: Hyper;
  readonly from: number;
}

/**
 * Changes every hyper-parameter in turn. One that a plan refuses as it is set is changed beside
 * what `visible` says.
 *
 * @param refusedAlways names that the plan must refuse whatever is beside them
 */
export function changesOf(
  options: Options,
  resolve: (overrides: Hyper) => Hyper,
  visible: Readonly<Record<string, Visible>>,
  refusedAlways: readonly string[] = [],
): readonly ChangedHyper[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const { beside = {}, value, from = 1 } = visible[name] ?? {};
    const before = resolve(beside);
    const other = value ?? anotherValue(option, before[name] as HyperValue);
    if (refusedAlways.includes(name)) {
      assert.throws(() => resolve({ [name]: other }), isIdle, `${name} is to be refused`);
      return [];
    }
    const after = resolve({ ...beside, [name]: other });
    assert.notEqual(after[name], before[name], `${name} has two names for one value`);
    return [{ name, before, after, from }];
  });
}

export function isIdle(error: unknown): boolean {
  return error instanceof RedistillError && error.code === 'HYPER_IDLE';
}

/** The first step, from 1, whose loss differs; null where none does. NaN is equal to itself. */
export function firstDifference(
  before: readonly number[],
  after: readonly number[],
): number | null {
  const at = before.findIndex((loss, step) => !Object.is(loss, after[step]));
  return at < 0 ? null : at + 1;
}
