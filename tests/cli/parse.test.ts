import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineCommand } from '../../cli/command.ts';
import { parseCommandLine } from '../../cli/parse.ts';
import { exitCodes, UsageError } from '../../common/errors.ts';

const command = defineCommand({
  name: 'try',
  summary: 'try options',
  arguments: [
    { name: 'action', summary: 'what', required: true, choices: ['list', 'fetch'] },
    { name: 'sets', summary: 'which', variadic: true },
  ],
  options: {
    scale: { kind: 'text', choices: ['paper', 'proxy'], summary: 'a choice' },
    seeds: { kind: 'integers', minimum: 0, summary: 'numbers' },
    only: { kind: 'list', summary: 'names' },
    workers: { kind: 'integer', minimum: 1, default: 2, short: 'w', summary: 'a count' },
    gracePeriod: { kind: 'number', summary: 'seconds' },
    noReport: { kind: 'flag', summary: 'leave something out' },
    json: { kind: 'flag', summary: 'a flag' },
  },
  examples: [],
  run: async () => exitCodes.fine,
});

function parse(...argv: string[]) {
  const parsed = parseCommandLine(command, argv);
  assert.equal(parsed.kind, 'run');
  return parsed.kind === 'run' ? parsed : undefined;
}

test('every option has a value of its kind, or its default, or undefined', () => {
  assert.deepEqual(parse('list')?.options, {
    scale: undefined,
    seeds: undefined,
    only: undefined,
    workers: 2,
    gracePeriod: undefined,
    noReport: false,
    json: false,
  });
  const given = parse(
    ...['fetch', '--scale', 'paper', '--seeds', '1,2', '--seeds', '3', '--only', 'kd, dkd'],
    ...['-w', '4', '--grace-period', '0.5', '--no-report', '--json'],
  );
  assert.deepEqual(given?.options, {
    scale: 'paper',
    seeds: [1, 2, 3],
    only: ['kd', 'dkd'],
    workers: 4,
    gracePeriod: 0.5,
    noReport: true,
    json: true,
  });
});

test('arguments come by position, those of a variadic one at the end', () => {
  assert.deepEqual(parse('fetch', 'cifar10', 'cifar100')?.args, ['fetch', 'cifar10', 'cifar100']);
  assert.deepEqual(parse('list')?.args, ['list']);
});

const refused: readonly (readonly [argv: string[], message: RegExp])[] = [
  [['lst'], /"lst" is not a value of the argument ACTION\. Did you mean "list"\?/],
  [['list', '--scale', 'papre'], /"papre" is not a value of --scale\. Did you mean "paper"\?/],
  [['list', '--workers', '0'], /--workers must be at least 1, but is 0\./],
  [['list', '--workers', 'two'], /--workers needs a whole number, but got "two"\./],
  [['list', '--workers', '1.5'], /--workers needs a whole number, but got "1\.5"\./],
  [['list', '--grace-period', ''], /--grace-period needs a number, but got ""\./],
  [['list', '--seeds', '1,x'], /--seeds needs a whole number, but got "x"\./],
  [['list', '--seeds', '-1'], /--seeds must be at least 0, but is -1\./],
  [['list', '--only', ','], /--only needs at least one value/],
  [['list', '--seeds'], /--seeds .*argument missing\./],
];
for (const [argv, message] of refused) {
  test(`refuses ${argv.join(' ')}`, () => {
    assert.throws(
      () => parseCommandLine(command, argv),
      (error: unknown) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('the help shows what the table says', () => {
  const help = parseCommandLine(command, ['--help']);
  const text = help.kind === 'help' ? help.text : '';
  assert.match(text, /^Usage: redistill try \[options\] <ACTION> \[SETS\.\.\.\]/);
  assert.match(text, /--scale <NAME> +a choice \(paper, proxy\)/);
  assert.match(text, /-w, --workers <N> +a count \(default: 2\)/);
  assert.match(text, /--no-report +leave something out/);
});
