import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadPublished } from '../../../reference/published/loader.ts';
import { readLog } from '../../../runners/official/log-reader.ts';

/*
 * The authors' real logs, against what was read from them when the published tables were collected:
 * another program, by another hand (reference/published/tables/lskd-logs*.yaml). They are not part
 * of the project.
 */
const folder = join(process.env['REDISTILL_DATA'] ?? '', 'official-logs');
const skip = existsSync(folder) ? false : 'REDISTILL_DATA has no folder official-logs';

test('every posted log gives the best and last epoch that the published tables record', {
  skip,
}, () => {
  const cells = loadPublished().cells.filter(({ table }) => table.startsWith('lskd-logs'));
  const logs = Map.groupBy(cells, ({ source }) => /logs\/([^() ]*\.txt)/.exec(source)?.[1] ?? '');
  let compared = 0;
  for (const [name, numbers] of logs) {
    const file = join(folder, name);
    if (!existsSync(file)) continue;
    const { runs, problems } = readLog(readFileSync(file, 'utf8'));
    assert.deepEqual(problems, [], name);
    const last = runs.at(-1);
    const value = (part: string | null, metric: string) =>
      numbers.find((cell) => cell.part === part && cell.metric === metric)?.value;
    const top1 = last?.epochs.map((epoch) => epoch.top1) ?? [];
    assert.equal(Math.max(...top1), value('best', 'top1'), name);
    assert.equal(top1.at(-1), value('last', 'top1'), name);
    const top5 = value('last', 'top5') ?? value('last_top5', 'top5');
    if (top5 !== undefined) assert.equal(last?.epochs.at(-1)?.top5, top5, name);
    compared += 1;
  }
  assert.equal(compared, 43);
});

const others = join(process.env['REDISTILL_DATA'] ?? '', 'kd-logs');

test('logs of other trainers give the best and last epoch of their own summaries', {
  skip: existsSync(others) ? false : 'REDISTILL_DATA has no folder kd-logs',
}, () => {
  const root = join(others, 'bapedragon', 'methods');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const logs = files.filter((name) => name.endsWith('training.log'));
  for (const name of logs) {
    const { runs, problems } = readLog(readFileSync(join(root, name), 'utf8'));
    assert.deepEqual(problems, [], name);
    const summary = JSON.parse(
      readFileSync(join(root, name.replace('training.log', 'summary.json')), 'utf8'),
    ) as { best_top1: number; latest_top1: number; latest_epoch: number };
    const top1 = runs[0]?.epochs.map((epoch) => epoch.top1) ?? [];
    assert.deepEqual(
      [Math.max(...top1), top1.at(-1), top1.length],
      [summary.best_top1, summary.latest_top1, summary.latest_epoch],
      name,
    );
  }
  assert.equal(logs.length, 7);
});
