import type { ChoiceOption, NumberOption, NumbersOption } from './option-types.ts';

type Unsourced =
  | Omit<NumberOption, 'source'>
  | Omit<ChoiceOption, 'source'>
  | Omit<NumbersOption, 'source'>;

/** A weight of a part of the loss: 0 switches it off. */
export function weight(standard: number, about: string): Omit<NumberOption, 'source'> {
  return { kind: 'number', default: standard, min: 0, about };
}

export function attentionTemperature(standard: number): Omit<NumberOption, 'source'> {
  const about = 'Softmax temperature of the attention';
  return { kind: 'number', default: standard, min: 0, open: true, about };
}

/** Options that have their defaults from one source, which is said once. */
export function sourced<const Given extends Readonly<Record<string, Unsourced>>>(
  source: string,
  options: Given,
): { readonly [Name in keyof Given]: Given[Name] & { readonly source: string } } {
  const entries = Object.entries(options).map(([name, option]) => [name, { ...option, source }]);
  return Object.fromEntries(entries);
}
