import type { Hyper } from '../../contract/spec.ts';
import type { HyperField, HyperFields } from '../../runners/distillers/types.ts';
import type { Facts } from './types.ts';

/** Hyper-parameters with their defaults, ranges and sources. */
export function hyperTable(fields: HyperFields, defaults: Hyper): Facts {
  return {
    title: 'Hyper-parameters',
    columns: ['name', 'default', 'values', 'what', 'source of the default'],
    rows: Object.entries(fields).map(([name, field]) => [
      name,
      String(defaults[name] ?? ''),
      valuesOf(field),
      field.about,
      field.source,
    ]),
  };
}

function valuesOf(field: HyperField): string {
  if (field.kind === 'choice') return field.choices.join(' | ');
  const whole = field.integer === true ? 'whole ' : '';
  if (field.kind === 'numbers') return `list of ${whole}numbers >= ${field.min}`;
  const least = `${whole}${field.open === true ? '>' : '>='} ${field.min}`;
  return field.max === undefined ? least : `${least}, <= ${field.max}`;
}
