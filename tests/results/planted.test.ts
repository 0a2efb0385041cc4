/* What `check` says of histories with a known fault, by its words and its exit code. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { CommandContext } from '../../cli/command.ts';
import { command } from '../../cli/commands/check.ts';
import { RandomStream } from '../../common/random.ts';
import { ingest } from '../../results/ingest.ts';
import { makeSpec } from './builder.ts';
import { type Night, writeNights } from './nights.ts';
import { temporaryFolder } from './temporary.ts';

const options = {
  baseline: undefined,
  suite: undefined,
  threshold: undefined,
  slowdown: 15,
  reason: undefined,
  by: undefined,
  workspace: undefined,
  json: false,
};

async function checked(test: TestContext, nights: readonly Night[]) {
  const cwd = temporaryFolder(test);
  writeNights(cwd, nights);
  await ingest({ workspace: cwd });
  const said: string[] = [];
  const context: CommandContext = {
    stdout: (line) => said.push(line),
    stderr: (line) => said.push(`! ${line}`),
    json: () => undefined,
    cwd,
    environment: {},
    isTerminal: false,
    progress: new PassThrough(),
    signal: new AbortController().signal,
    killSignal: new AbortController().signal,
  };
  const exitCode = await command.run(context, [], options);
  return { exitCode, text: said.join('\n'), said };
}

/** Nights of two methods around 70 and 72 with two rotating seeds; `level` moves the first. */
function planted(
  count: number,
  more: (
    day: number,
  ) => Partial<Night> & { readonly shift?: number; readonly wide?: number } = () => ({}),
  sd = 0.2,
): readonly Night[] {
  const stream = RandomStream.named(3, 'planted');
  return Array.from({ length: count }, (_, day) => {
    const { shift = 0, wide = 1, ...night } = more(day);
    const around = (level: number, by = 1) => [
      level + by * sd * stream.normal(),
      level + by * sd * stream.normal(),
    ];
    return {
      day,
      seeds: [1000 + 2 * day, 1001 + 2 * day],
      values: { kd: around(70 + shift, wide), dkd: around(72) },
      ...night,
    };
  });
}

test('thirty quiet nights: nothing', async (t) => {
  const { exitCode, text } = await checked(t, planted(30));
  assert.equal(exitCode, 0);
  assert.match(text, /^No regression in 2 series/);
});

test('a cell gone from the plan for five nights is told, and fails', async (t) => {
  const nights = planted(20).map((night, day) =>
    day < 15 ? night : { ...night, values: { dkd: night.values['dkd'] as readonly number[] } },
  );
  const { exitCode, text } = await checked(t, nights);
  assert.equal(exitCode, 1);
  assert.match(
    text,
    /^REGRESSION {3}quick@proxy {2}KD\S+ {2}gone: it had numbers before, and 5 executions since 2026-01-17 have not planned it/,
  );
  const once = await checked(t, nights.slice(0, 16));
  assert.equal(once.exitCode, 0);
  assert.match(once.text, /^UNCONFIRMED .* gone: .*the last execution has not planned it/);
});

test('one of two seeds that diverges night after night fails; once it is told', async (t) => {
  const nights = planted(20, (day) => (day < 12 ? {} : { divergedSeeds: [1001 + 2 * day] }));
  const { exitCode, text } = await checked(t, nights);
  assert.equal(exitCode, 1);
  assert.match(
    text,
    /REGRESSION .* no number: 1 of 2 seeds ended badly, in 8 executions since 2026-01-14/,
  );
  const once = await checked(t, nights.slice(0, 13));
  assert.equal(once.exitCode, 0);
  assert.match(once.text, /UNCONFIRMED .* no number: 1 of 2 seeds ended badly/);
});

test('a method that fails every night fails the check', async (t) => {
  const { exitCode, text } = await checked(
    t,
    planted(8, () => ({ diverged: ['kd'] })),
  );
  assert.equal(exitCode, 1);
  assert.match(
    text,
    /REGRESSION .*KD.* no number: it has failed in every execution since 2026-01-02 \(8 executions\) and never had a number: diverged/,
  );
});

test('scatter times eight', async (t) => {
  const { exitCode, text } = await checked(
    t,
    planted(40, (day) => ({ wide: day < 30 ? 1 : 8 })),
  );
  assert.equal(exitCode, 1);
  assert.match(text, /REGRESSION .*KD\S+ {2}spread: the last (5|10) (nights|seeds)/);
});

test('a drift of 0.9 over 60 and of 0.7 over 90 nights', async (t) => {
  for (const [nights, loss] of [
    [60, 0.9],
    [90, 0.7],
  ] as const) {
    const { exitCode, text } = await checked(
      t,
      planted(nights, (day) => ({ shift: (-loss * day) / (nights - 1) })),
    );
    assert.equal(exitCode, 1, `${loss} over ${nights}`);
    assert.match(text, /REGRESSION .*KD\S+ {2}metric: /);
  }
});

test('five points less in the last night alone are unconfirmed; a second night fails', async (t) => {
  const nights = planted(31, (day) => ({ shift: day >= 29 ? -5 : 0 }));
  const first = await checked(t, nights.slice(0, 30));
  assert.equal(first.exitCode, 0);
  assert.match(
    first.text,
    /^UNCONFIRMED .*KD\S+ {2}metric: .* in the last night alone.*unconfirmed, a second night must show it/,
  );
  assert.equal((await checked(t, nights)).exitCode, 1);
});

test('other hardware, other data and another learning rate start a series anew, with the difference', async (t) => {
  const fresh = { cpu: 'New CPU', cores: 2, memoryGiB: 8, gpu: null };
  const hardware = await checked(
    t,
    planted(30, (day) => (day < 25 ? {} : { shift: -2, hardware: fresh })),
  );
  assert.equal(hardware.exitCode, 0);
  assert.match(
    hardware.text,
    /NOTE .*KD\S+ {2}new series: the series starts anew on 2026-01-27 \(hardware: Test CPU 3000, 2 cores to New CPU, 2 cores\).*\(−(1\.9|2\.0)\d\)/,
  );
  const data = await checked(
    t,
    planted(30, (day) =>
      day < 25 ? {} : { shift: -1, data: { dataset: 'embedded', hash: 'e'.repeat(64) } },
    ),
  );
  assert.equal(data.exitCode, 0);
  assert.match(data.text, /NOTE .*starts anew .*\(data: dddddddddddd to eeeeeeeeeeee\)/);
  const recipe = makeSpec().recipe;
  const changed = { ...recipe, optimizer: { ...recipe.optimizer, lr: 0.1 } } as typeof recipe;
  const rate = await checked(
    t,
    planted(30, (day) => (day < 25 ? {} : { shift: -2, recipe: changed })),
  );
  assert.equal(rate.exitCode, 0);
  assert.match(
    rate.text,
    /NOTE .*starts anew .*\(configuration: recipe\.optimizer\.lr 0\.05 to 0\.1\)/,
  );
});

/** Nights that two machines measure in turn, the second of which measures 0.6 more. */
function inTurn(count: number, drop: number) {
  const other = { cpu: 'Other CPU', cores: 4, memoryGiB: 16, gpu: null };
  return planted(count, (day) => {
    const lost = day >= 30 ? drop : 0;
    return day % 2 === 0 ? { shift: -lost } : { shift: 0.6 - lost, hardware: other };
  });
}

test('two machines in turn: a loss that both show is found before either alone can show it', async (t) => {
  const { exitCode, said, text } = await checked(t, inTurn(33, 0.8));
  assert.equal(exitCode, 1);
  const alarms = said.filter((line) => line.startsWith('REGRESSION'));
  assert.equal(alarms.length, 1, text);
  assert.match(
    alarms[0] ?? '',
    /KD\S+ {2}metric: .*\(−0\.[6-9]\d\) since 2026-02-01, 30 points before and 3 after/,
  );
  assert.match(text, /Test CPU 3000, 2 cores and Other CPU, 4 cores, in turn/);
});

test('two machines in turn that lose nothing are quiet, whatever lies between them', async (t) => {
  const { exitCode, text } = await checked(t, inTurn(34, 0));
  assert.equal(exitCode, 0);
  assert.match(text, /^No regression in 4 series/);
});

test('a drop on a dirty tree is an alarm that says so', async (t) => {
  const { exitCode, text } = await checked(
    t,
    planted(34, (day) => (day < 30 ? {} : { shift: -1.5, dirty: true })),
  );
  assert.equal(exitCode, 1);
  assert.match(text, /REGRESSION .*KD\S+ {2}metric: .*on a dirty tree/);
});

test('changed bits are one line per cause, however many nights and cells show them', async (t) => {
  const nights = planted(10, (day) => ({
    seeds: [1, 2],
    fixedSeeds: [1],
    ...(day < 5 ? {} : { bits: 'other', commit: 'b'.repeat(40) }),
  }));
  const { exitCode, said } = await checked(t, nights);
  assert.equal(exitCode, 1);
  const lines = said.filter((line) => / {2}bits: /.test(line));
  assert.equal(lines.length, 1, lines.join('\n'));
  assert.match(lines[0] ?? '', /Changed between the two: commit abcdef012345 to bbbbbbbbbbbb/);
});

test('a night that was stopped and went on counts once', async (t) => {
  const nights = planted(10);
  const last = nights[9] as Night;
  const { exitCode, text } = await checked(t, [
    ...nights.slice(0, 9),
    { ...last, stopped: true },
    { ...last, startMinute: 200 },
  ]);
  assert.equal(exitCode, 0);
  assert.match(text, /No regression in 2 series/);
});
