import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineStyle } from '../../reports/charts/frame.ts';
import { epochTicks } from '../../reports/charts/learning-curves.ts';
import { fileNames } from '../../reports/file-names.ts';
import { duration, fixed, signed } from '../../reports/format.ts';
import { repeatCommand } from '../../reports/repeat-command.ts';
import { wallSeconds } from '../../reports/views/conditions.ts';

test('numbers have a true minus sign and no negative zero', () => {
  assert.equal(fixed(-1.005, 1), '\u22121.0');
  assert.equal(fixed(-0.001, 2), '0.00');
  assert.equal(signed(-0.001, 2), '+0.00');
  assert.equal(signed(0.5, 2), '+0.50');
});

test('durations carry over and drop what is zero', () => {
  const cases: [number, string][] = [
    [8.44, '8.4 s'],
    [59.7, '60 s'],
    [60, '1 min'],
    [3599.6, '1 h'],
    [4320, '1 h 12 min'],
    [180_000, '2 d 2 h'],
  ];
  for (const [seconds, text] of cases) assert.equal(duration(seconds), text);
});

test('file names are safe, stable and different on a file system without upper case', () => {
  const names = [
    'KD+LSKD/a__b/top1',
    'kd lskd/a__b/top1',
    '../../etc/passwd',
    '\u65e5\u672c',
    '',
    '..',
    'x'.repeat(300),
  ];
  const files = [...fileNames(names).values()];
  assert.equal(new Set(files.map((name) => name.toLowerCase())).size, names.length);
  for (const file of files) assert.match(file, /^[a-z0-9][a-z0-9.-]{0,140}$/);
  assert.equal(
    fileNames(['DKD/resnet56__resnet20/top1']).get('DKD/resnet56__resnet20/top1'),
    'dkd-resnet56-resnet20-top1',
  );
});

test('the command that repeats a cell says what it depends on and survives a shell', () => {
  const cell = {
    suite: 'quick',
    scale: 'proxy',
    seeds: [1, 2],
    row: 'KD+LSKD',
    threads: 1,
    device: 'cpu',
    options: [],
  } as const;
  assert.equal(
    repeatCommand(cell),
    'npx --no-install redistill run quick --scale proxy --only KD+LSKD --seeds 1,2 --threads 1',
  );
  assert.equal(
    repeatCommand({
      ...cell,
      suite: "it's $HOME",
      options: ['--data', 'my sets'],
      seeds: [],
      row: 'SD-KD M={1,2}',
      threads: null,
      device: 'gpu',
    }),
    "npx --no-install redistill run 'it'\\''s $HOME' --scale proxy --data 'my sets' --device gpu",
  );
});

test('time in which several trials ran counts once', () => {
  assert.equal(
    wallSeconds([
      [0, 10],
      [5, 12],
      [20, 25],
      [21, 22],
    ]),
    17,
  );
  assert.equal(wallSeconds([]), 0);
});

test('axes have the first epoch and few round ones', () => {
  assert.deepEqual(epochTicks(1), [1]);
  assert.deepEqual(epochTicks(8), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(epochTicks(240), [1, 30, 60, 90, 120, 150, 180, 210, 240]);
  assert.ok(epochTicks(5000).length < 12);
});

test('35 lines all look different', () => {
  const styles = Array.from({ length: 35 }, (_, index) => JSON.stringify(lineStyle(index)));
  assert.equal(new Set(styles).size, 35);
});
