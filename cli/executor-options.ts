import { type ExecutorOptions, executors } from '../runners/executors/kinds.ts';
import type { OptionField } from '../runners/executors/options.ts';
import type { OptionDefinition, OptionTable } from './command.ts';

/** The row of the option table for a value of an executor's option. */
type RowOf<Value> = Value extends boolean
  ? { readonly kind: 'flag'; readonly summary: string }
  : Value extends number
    ? { readonly kind: 'integer'; readonly summary: string }
    : string extends Value
      ? { readonly kind: 'text'; readonly summary: string }
      : { readonly kind: 'text'; readonly summary: string; readonly choices: readonly Value[] };

type ExecutorTable = {
  readonly [Name in keyof ExecutorOptions]-?: RowOf<NonNullable<ExecutorOptions[Name]>>;
};

/**
 * The options of all executors as rows of a command's table. Each says which executors have it, and
 * stays undefined where it is not given, so that another executor can refuse it.
 */
export async function executorOptions(): Promise<ExecutorTable> {
  const kinds = await executors.load();
  const fields = new Map(kinds.flatMap(({ options }) => Object.entries(options)));
  const table: OptionTable = Object.fromEntries(
    [...fields].map(([name, field]) => {
      const owners = kinds.filter(({ options }) => Object.hasOwn(options, name));
      return [name, row(field, owners.map(({ id }) => id).join(', '))];
    }),
  );
  return table as ExecutorTable;
}

/** `--executor`. */
export const executorOption = {
  kind: 'text',
  choices: executors.ids,
  summary: `where to train (redistill list executors)`,
  default: executors.ids[0] as string,
} as const satisfies OptionDefinition;

/** `--executor` of a command that looks at all of them. */
export const anyExecutor = {
  kind: 'text',
  choices: executors.ids,
  summary: 'of this executor alone',
} as const satisfies OptionDefinition;

function row(field: OptionField, owners: string): OptionDefinition {
  const summary = `${owners}: ${field.about}`;
  switch (field.kind) {
    case 'flag':
      return { kind: 'flag', summary };
    case 'integer':
      return { kind: 'integer', minimum: field.minimum, summary };
    case 'text':
      return { kind: 'text', value: field.value, summary };
    case 'choice':
      return { kind: 'text', choices: field.choices, fallback: field.default, summary };
  }
}
