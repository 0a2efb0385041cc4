import type { Hyper } from '../../contract/spec.ts';
import type { Option, Options } from '../../runners/distillers/option-types.ts';
import type { Facts } from './types.ts';

/** The column of sources, which many hyper-parameters share. */
export const sourceColumn = 'source of the default';

/** Hyper-parameters with their defaults, ranges and sources. */
export function hyperTable(options: Options, defaults: Hyper): Facts {
  return {
    title: 'Hyper-parameters',
    columns: ['name', 'default', 'values', 'what', sourceColumn],
    rows: Object.entries(options).map(([name, option]) => [
      name,
      String(defaults[name] ?? ''),
      rangeOf(option),
      option.about,
      option.source,
    ]),
  };
}

function rangeOf(option: Option): string {
  if (option.kind === 'choice') return option.choices.join(' | ');
  const whole = option.integer === true ? 'whole ' : '';
  if (option.kind === 'numbers') return `list of ${whole}numbers >= ${option.min}`;
  const least = `${whole}${option.open === true ? '>' : '>='} ${option.min}`;
  return option.max === undefined ? least : `${least}, <= ${option.max}`;
}
