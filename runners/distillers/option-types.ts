/*
 * A hyper-parameter is declared once, with its default, its range, its words and its source. The
 * type of the value that a method gets follows from the declaration.
 */

interface Stated {
  /** One line for help texts. */
  readonly about: string;
  /** Official file or script that has the default. */
  readonly source: string;
}

/** A number. */
export interface NumberOption extends Stated {
  readonly kind: 'number';
  readonly default: number;
  /** Least value; with `open` it is itself excluded. */
  readonly min: number;
  readonly open?: boolean;
  readonly max?: number;
  readonly integer?: boolean;
  /**
   * The one value that stands for all those that mean the same. Absent: each means something else.
   */
  same?(value: number): number;
}

/** One of some words. */
export interface ChoiceOption<Choice extends string = string> extends Stated {
  readonly kind: 'choice';
  readonly default: Choice;
  readonly choices: readonly Choice[];
}

/** A list of numbers. Specs and suites have it as text, `[1,1.5]`, or as one number. */
export interface NumbersOption extends Stated {
  readonly kind: 'numbers';
  readonly default: readonly number[];
  /** Least value of each. */
  readonly min: number;
  readonly integer?: boolean;
  /**
   * The one list that stands for all those that mean the same. Absent: each means something else.
   */
  same?(values: readonly number[]): readonly number[];
}

export type Option = NumberOption | ChoiceOption | NumbersOption;

/** Options by the names that they have in suites and specs. */
export type Options = Readonly<Record<string, Option>>;

/** What a method gets of an option. */
export type ValueOf<Each> = Each extends NumberOption
  ? number
  : Each extends ChoiceOption<infer Choice>
    ? Choice
    : Each extends NumbersOption
      ? readonly number[]
      : never;

/** What a method gets of its options: every one resolved, by name. */
export type ValuesOf<Given> = { readonly [Name in keyof Given]: ValueOf<Given[Name]> };
