import { Argument, Command, CommanderError, Option } from 'commander';
import { didYouMean } from '../common/did-you-mean.ts';
import { UsageError } from '../common/errors.ts';
import { lookUp } from '../common/look-up.ts';
import { suggestion } from '../common/nearest.ts';
import type { ArgumentDefinition, CommandDefinition, OptionDefinition } from './command.ts';

export type ParsedCommandLine =
  | { readonly kind: 'help'; readonly text: string }
  | {
      readonly kind: 'run';
      readonly args: readonly string[];
      readonly options: Readonly<Record<string, unknown>>;
    };

/**
 * Parses what follows a command's name by the command's tables. Pure: prints nothing and never
 * exits.
 *
 * @throws UsageError for unknown options (with the nearest known one), missing or surplus arguments
 *   and bad values.
 */
export function parseCommandLine(
  definition: CommandDefinition,
  argv: readonly string[],
): ParsedCommandLine {
  let help = '';
  const parser = buildParser(definition, (text) => {
    help += text;
  });
  try {
    parser.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return { kind: 'help', text: help.trimEnd() };
    throw usageError(definition, error);
  }
  const args = (parser.processedArgs as (string | readonly string[] | undefined)[]).flatMap(
    (value) => value ?? [],
  );
  return { kind: 'run', args, options: readOptions(definition, parser.opts()) };
}

function buildParser(definition: CommandDefinition, write: (text: string) => void): Command {
  const parser = new Command(`redistill ${definition.name}`)
    .description([definition.summary, definition.description].filter(Boolean).join('\n\n'))
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ helpWidth: 100 })
    .configureOutput({ writeOut: write, writeErr: () => {} })
    .allowExcessArguments(false)
    .exitOverride();
  for (const argument of definition.arguments) parser.addArgument(buildArgument(argument));
  for (const [name, option] of Object.entries(definition.options)) {
    parser.addOption(buildOption(name, option));
  }
  if (definition.examples.length > 0) parser.addHelpText('after', examplesText(definition));
  return parser;
}

function buildArgument(definition: ArgumentDefinition): Argument {
  const label = `${definition.name.toUpperCase()}${definition.variadic ? '...' : ''}`;
  const argument = new Argument(
    definition.required ? `<${label}>` : `[${label}]`,
    definition.choices === undefined
      ? definition.summary
      : `${definition.summary} (${definition.choices.join(', ')})`,
  );
  return argument.argParser((text: string, previous: unknown) => {
    if (definition.choices !== undefined) {
      checkChoice(`the argument ${definition.name.toUpperCase()}`, text, definition.choices);
    }
    return definition.variadic ? [...((previous as string[] | undefined) ?? []), text] : text;
  });
}

function buildOption(name: string, definition: OptionDefinition): Option {
  const short = definition.short === undefined ? '' : `-${definition.short}, `;
  const long = `--${kebab(name)}`;
  const value =
    definition.kind === 'flag' ? '' : ` <${definition.value ?? placeholder(definition)}>`;
  const standard = definition.default ?? definition.fallback;
  const notes = [
    definition.choices === undefined ? '' : definition.choices.join(', '),
    standard === undefined ? '' : `default: ${standard}`,
  ].filter(Boolean);
  const option = new Option(
    `${short}${long}${value}`,
    notes.length === 0 ? definition.summary : `${definition.summary} (${notes.join('; ')})`,
  ).makeOptionMandatory(definition.required ?? false);
  if (definition.kind === 'flag') return option;
  return option.argParser((text: string, previous: unknown) =>
    parseValue(long, definition, text, previous),
  );
}

function placeholder(definition: OptionDefinition): string {
  if (definition.kind === 'integer' || definition.kind === 'number') return 'N';
  if (definition.kind === 'integers') return 'N,N';
  return definition.kind === 'list' ? 'NAME,NAME' : 'NAME';
}

function parseValue(
  long: string,
  definition: OptionDefinition,
  text: string,
  previous: unknown,
): unknown {
  switch (definition.kind) {
    case 'integer':
    case 'number':
      return parseNumber(long, definition, text);
    case 'list':
    case 'integers': {
      const items = text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      if (items.length === 0) {
        throw new UsageError('USAGE_VALUE', `${long} needs at least one value, but got "${text}".`);
      }
      const values =
        definition.kind === 'integers'
          ? items.map((item) => parseNumber(long, definition, item))
          : items.map((item) => checkChoice(long, item, definition.choices));
      return [...((previous as unknown[] | undefined) ?? []), ...values];
    }
    case 'paths':
      if (text === '') throw new UsageError('USAGE_VALUE', `${long} needs a path, but got "".`);
      return [...((previous as string[] | undefined) ?? []), text];
    default:
      return checkChoice(long, text, definition.choices);
  }
}

function parseNumber(long: string, definition: OptionDefinition, text: string): number {
  const whole = definition.kind !== 'number';
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(whole ? Number.isSafeInteger(value) : Number.isFinite(value))) {
    throw new UsageError(
      'USAGE_VALUE',
      `${long} needs ${whole ? 'a whole number' : 'a number'}, but got "${text}".`,
    );
  }
  if (definition.minimum !== undefined && value < definition.minimum) {
    throw new UsageError(
      'USAGE_VALUE',
      `${long} must be at least ${definition.minimum}, but is ${text}.`,
    );
  }
  return value;
}

function checkChoice(what: string, text: string, choices: readonly string[] | undefined): string {
  if (choices === undefined || choices.includes(text)) return text;
  throw new UsageError(
    'USAGE_VALUE',
    `"${text}" is not a value of ${what}. ${suggestion(text, choices)}`,
  );
}

/** Values under the table's own keys: commander turns `--no-report` into `report: false`. */
function readOptions(
  definition: CommandDefinition,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(definition.options).map(([name, option]) => {
      if (option.kind !== 'flag') return [name, values[name] ?? option.default];
      if (!/^no[A-Z]/.test(name)) return [name, values[name] === true];
      const positive = name.charAt(2).toLowerCase() + name.slice(3);
      return [name, values[positive] === false];
    }),
  );
}

/** Commander's refusal as one of ours: a stable code, the nearest known word, where the help is. */
function usageError(definition: CommandDefinition, error: CommanderError): UsageError {
  const known = ['--help', ...Object.keys(definition.options).map((name) => `--${kebab(name)}`)];
  const hint = `See redistill ${definition.name} --help.`;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  if (error.code === 'commander.unknownOption') {
    const word = quoted.split('=')[0] as string;
    return new UsageError(
      'USAGE_UNKNOWN_OPTION',
      `Unknown option "${word}" of redistill ${definition.name}.${didYouMean(word, known)}`,
      { hint },
    );
  }
  const codes: Readonly<Record<string, string>> = {
    'commander.missingArgument': 'USAGE_MISSING_ARGUMENT',
    'commander.missingMandatoryOptionValue': 'USAGE_MISSING_OPTION',
    'commander.optionMissingArgument': 'USAGE_VALUE',
    'commander.excessArguments': 'USAGE_SURPLUS_ARGUMENT',
  };
  const sentence = error.message.replace(/^error: /, '').replace(/\.?$/, '.');
  return new UsageError(
    lookUp(codes, error.code) ?? 'USAGE',
    `redistill ${definition.name}: ${sentence}`,
    {
      hint,
    },
  );
}

function examplesText(definition: CommandDefinition): string {
  const width = Math.max(...definition.examples.map((example) => example.command.length));
  const lines = definition.examples.map(
    (example) => `  ${example.command.padEnd(width)}  ${example.meaning}`,
  );
  return `\nExamples:\n${lines.join('\n')}`;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
