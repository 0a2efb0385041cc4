/** One option of an executor: a row of the help, and of `redistill list executors`. */
export type OptionField =
  | { readonly kind: 'flag'; readonly about: string; readonly asked?: true }
  | {
      readonly kind: 'text';
      /** What stands for the value in the help: `FILE`. */
      readonly value: string;
      readonly about: string;
      /** It decides what is measured: a report that shows the command again has it. */
      readonly asked?: true;
    }
  | {
      readonly kind: 'choice';
      readonly choices: readonly [string, ...string[]];
      readonly default: string;
      readonly about: string;
      readonly asked?: true;
    }
  | {
      readonly kind: 'integer';
      readonly minimum: number;
      readonly about: string;
      readonly asked?: true;
    };

/** The options of an executor by their names in camel case: `slurmConfig` is `--slurm-config`. */
export type OptionFields = Readonly<Record<string, OptionField>>;

type ValueOf<Field extends OptionField> = Field extends { kind: 'flag' }
  ? boolean
  : Field extends { kind: 'integer' }
    ? number
    : Field extends { kind: 'choice'; choices: readonly (infer Choice)[] }
      ? Choice
      : string;

/** The values that an executor is opened with; undefined where one was not given. */
export type OptionValues<Fields extends OptionFields> = {
  readonly [Name in keyof Fields]?: ValueOf<Fields[Name]> | undefined;
};

/** Why a value does not fit its option, as the end of a sentence; undefined where it fits. */
export function misfit(field: OptionField, value: unknown): string | undefined {
  switch (field.kind) {
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'is true or false';
    case 'text':
      return typeof value === 'string' ? undefined : 'is a text';
    case 'choice':
      return field.choices.includes(value as string)
        ? undefined
        : `is one of ${field.choices.join(', ')}`;
    case 'integer':
      return Number.isSafeInteger(value) && (value as number) >= field.minimum
        ? undefined
        : `is a whole number from ${field.minimum} on`;
  }
}

/** The option as one types it: `--slurm-config FILE`, `--on-interrupt detach|cancel`. */
export function optionWords(name: string, field: OptionField): string {
  const long = optionName(name);
  if (field.kind === 'flag') return long;
  if (field.kind === 'choice') return `${long} ${field.choices.join('|')}`;
  return `${long} ${field.kind === 'text' ? field.value : 'N'}`;
}

/** `--slurm-config` for `slurmConfig`. */
export function optionName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
