import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { defineCommand, sharedOptions } from '../../cli/command.ts';
import type { CommandEntry } from '../../cli/commands/index.ts';
import { main } from '../../cli/main.ts';
import { DataError, exitCodes, InfrastructureError, UsageError } from '../../common/errors.ts';
import { fakeContext } from './fake-context.ts';

const throwing = (error: unknown) =>
  defineCommand({
    name: 'break',
    summary: 'throw',
    arguments: [],
    options: { json: sharedOptions.json },
    examples: [],
    run: () => Promise.reject(error),
  });

const greet = defineCommand({
  name: 'greet',
  summary: 'say hello',
  arguments: [{ name: 'name', summary: 'whom', required: true }],
  options: { loud: { kind: 'flag', summary: 'in capitals' } },
  examples: [{ command: 'redistill greet Ada', meaning: 'hello, Ada' }],
  async run(context, [name], { loud }) {
    context.stdout(loud ? `HELLO ${name}` : `hello ${name}`);
    return exitCodes.failed;
  },
});

const table = (error?: unknown): CommandEntry[] => [
  { name: 'greet', summary: greet.summary, load: async () => ({ command: greet }) },
  { name: 'break', summary: 'throw', load: async () => ({ command: throwing(error) }) },
  {
    name: 'missing',
    summary: 'needs a library that is not here',
    load: () => Promise.reject(new Error('no library')),
  },
];

test('runs the command with its arguments and options and returns its exit code', async () => {
  const context = fakeContext();
  assert.equal(await main(['greet', 'Ada', '--loud'], context, table()), 1);
  assert.deepEqual(context.out, ['HELLO Ada']);
});

test('the overview lists every command without loading one', async () => {
  const context = fakeContext();
  assert.equal(await main(['--help'], context, table()), 0);
  const text = context.out.join('\n');
  for (const { name, summary } of table()) assert.match(text, new RegExp(`  ${name} +${summary}`));
});

test('no command is a usage error that shows the overview', async () => {
  const context = fakeContext();
  assert.equal(await main([], context, table()), 2);
  assert.match(context.out.join('\n'), /Usage: redistill COMMAND/);
});

test('help of a command, in both spellings', async () => {
  const first = fakeContext();
  const second = fakeContext();
  assert.equal(await main(['greet', '--help'], first, table()), 0);
  assert.equal(await main(['help', 'greet'], second, table()), 0);
  assert.deepEqual(first.out, second.out);
  assert.match(first.out.join('\n'), /Examples:\n {2}redistill greet Ada {2}hello, Ada/);
});

test('an unknown command answers with the nearest one', async () => {
  const context = fakeContext();
  assert.equal(await main(['gret'], context, table()), 2);
  assert.equal(context.err[0], 'redistill: Unknown command "gret". Did you mean "greet"?');
});

test('an unknown option answers with the nearest one', async () => {
  const context = fakeContext();
  assert.equal(await main(['greet', 'Ada', '--lout'], context, table()), 2);
  assert.equal(
    context.err[0],
    'redistill: Unknown option "--lout" of redistill greet. Did you mean "--loud"?',
  );
});

test('a missing and a surplus argument are usage errors', async () => {
  for (const argv of [['greet'], ['greet', 'Ada', 'Bob']]) {
    const context = fakeContext();
    assert.equal(await main(argv, context, table()), 2);
    assert.match(context.err[0] ?? '', /^redistill: redistill greet: .*argument/);
  }
});

test('an error on purpose is a sentence and a hint, with its own exit code', async () => {
  const cases = [
    { error: new DataError('D', 'Bad file.', { hint: 'Fetch it.' }), code: 1 },
    { error: new InfrastructureError('I', 'No disk.'), code: 3 },
  ];
  for (const { error, code } of cases) {
    const context = fakeContext();
    assert.equal(await main(['break'], context, table(error)), code);
    const hint = error.hint === undefined ? [] : [`  ${error.hint}`];
    assert.deepEqual(context.err, [`redistill: ${error.message}`, ...hint]);
    assert.deepEqual(context.out, []);
  }
});

test('with --json an error is a document on standard output, whatever the error is', async () => {
  const known = fakeContext();
  await main(
    ['break', '--json'],
    known,
    table(new DataError('D', 'Bad file.', { hint: 'Fetch it.' })),
  );
  assert.deepEqual(known.documents, [
    {
      schemaVersion: 1,
      error: { code: 'D', message: 'Bad file.', hint: 'Fetch it.', problems: [] },
    },
  ]);
  assert.deepEqual(known.err, []);
  const usage = fakeContext();
  assert.equal(await main(['brake', '--json'], usage, table()), 2);
  assert.equal(
    (usage.documents[0] as { error: { code: string } }).error.code,
    'USAGE_UNKNOWN_COMMAND',
  );
});

test('any other error is told in a sentence as a defect, and its stack is in a file', async () => {
  const context = fakeContext();
  assert.equal(await main(['break'], context, table(new TypeError('oops'))), 3);
  assert.equal(context.err[0], 'redistill: This is a defect of Redistill: oops.');
  assert.doesNotMatch(context.err.join('\n'), /\n +at /);
  const file = /which is in (\S+)\.$/.exec(context.err[1] ?? '')?.[1] as string;
  assert.match(readFileSync(file, 'utf8'), /TypeError: oops\n +at /);
  rmSync(dirname(file), { recursive: true });
});

test('what the system refuses is no defect: a code, the path and what to do', async () => {
  const refused = (code: string, error: Error) =>
    Object.assign(error, { code, syscall: 'open', path: '/a/b' });
  for (const [error, message] of [
    [refused('EMFILE', new Error('x')), /too many files are open \(EMFILE\)/],
    [refused('ELOOP', new Error('x')), /open of \/a\/b: symbolic links lead in a circle/],
    [new RangeError('Maximum call stack size exceeded'), /nested too deeply/],
    [new RangeError('Array buffer allocation failed'), /more memory than there is/],
  ] as const) {
    const context = fakeContext();
    assert.equal(await main(['break'], context, table(error)), 3);
    assert.match(context.err[0] ?? '', message);
    assert.equal(context.err.length, 2);
  }
});

test('a message with a name of a megabyte is cut', async () => {
  const context = fakeContext();
  await main(['break'], context, table(new UsageError('X', 'x'.repeat(1e6))));
  assert.ok((context.err[0] ?? '').length < 21_000);
  assert.match(context.err[0] ?? '', /980000 more characters/);
});

test('what an interruption throws is no defect, and a defect after one still is', async () => {
  const stop = new AbortController();
  stop.abort();
  const { signal } = stop;
  const interrupted = fakeContext({ signal });
  assert.equal(await main(['break'], interrupted, table(signal.reason)), 1);
  assert.deepEqual(interrupted.err, ['redistill: Stopped before the end.']);
  const broken = fakeContext({ signal });
  assert.equal(await main(['break'], broken, table(new TypeError('no'))), 3);
  assert.match(broken.err.join('\n'), /This is a defect of Redistill/);
});

test('a command whose libraries are missing breaks no other command', async () => {
  assert.equal(await main(['missing'], fakeContext(), table()), 3);
  assert.equal(await main(['greet', 'Ada'], fakeContext(), table()), 1);
});
