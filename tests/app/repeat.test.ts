import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseHTML } from 'linkedom';
import { temporaryFolder } from '../results/temporary.ts';
import { noise, pictureMembers } from '../runners/data/cifar-files.ts';
import { tarOf } from '../runners/data/pictures.ts';

const launcher = fileURLToPath(new URL('../../cli/bin.js', import.meta.url));

const suite = `schemaVersion: 1
id: mine
title: A study of one's own
task: classification
noReference: Nobody published it.
metrics: { top1: { margin: 1 } }
columns: [{ id: resnet20__resnet8 }]
rows: [{ name: My student, method: none }]
scales:
  smoke:
    notComparable: A test.
    dataset: images:pictures.tar
    recipe: { name: embedded-steps, overrides: { batchSize: 4, trainPictures: 8 } }
    seeds: [3]
`;

test('"Repeat it" works from where the user stood: own suite, own data, own workspace; what it changed of the recipe is said', async (t) => {
  const stood = temporaryFolder(t);
  mkdirSync(join(stood, 'my studies'));
  mkdirSync(join(stood, 'sets'));
  writeFileSync(join(stood, 'my studies', 'mine.yaml'), suite);
  const pictures = Array.from({ length: 12 }, (_, index) => ({
    label: index % 2,
    pixels: noise(index),
  }));
  const set = { classes: ['pear', 'apple'], train: pictures.slice(0, 8), test: pictures.slice(8) };
  writeFileSync(
    join(stood, 'sets', 'pictures.tar'),
    await tarOf(Object.entries(await pictureMembers(set))),
  );
  // Nobody's default: what the command does not say is not found.
  const env = { ...process.env, REDISTILL_DATA: join(stood, 'nothing here') };
  const shell = (command: string) => {
    const run = spawnSync('sh', ['-c', command], { cwd: stood, encoding: 'utf8', env });
    assert.equal(run.status, 0, run.stderr);
    return run;
  };
  const options = "'my studies/mine.yaml' --scale smoke --workspace 'the work' --data sets";
  shell(`'${process.execPath}' '${launcher}' run ${options}`);
  const page = readFileSync(
    join(stood, 'the work/reports/out/mine-smoke/cell-my-student-resnet20-resnet8-top1.html'),
    'utf8',
  );
  const { document } = parseHTML(page);
  const command = document.querySelector('#repeat ~ pre')?.textContent ?? '';
  assert.equal(
    command,
    "npx --no-install redistill run 'my studies/mine.yaml' --scale smoke --workspace 'the work' --data sets --only 'My student' --seeds 3 --threads 1",
  );
  assert.match(
    document.querySelector('#repeat ~ p')?.textContent ?? '',
    /In the folder that it was asked in: \.\., seen from the workspace\./,
  );
  const facts = (html: string) => {
    const { document: of } = parseHTML(html);
    const terms = [...of.querySelectorAll('.facts dt')];
    const term = terms.find(({ textContent }) => textContent === 'Overrides');
    return term?.nextElementSibling?.textContent;
  };
  const changes = 'batchSize 4 instead of 16; trainPictures all instead of 32';
  assert.equal(facts(page), `of embedded-steps: ${changes}`);
  const table = readFileSync(join(stood, 'the work/reports/out/mine-smoke/index.html'), 'utf8');
  assert.match(facts(table) ?? '', /embedded-steps: batchSize 4 instead of 16/);
  const again = shell(
    command.replace('npx --no-install redistill', `'${process.execPath}' '${launcher}'`),
  );
  // It found the same trial: nothing is trained a second time.
  assert.match(`${again.stdout}${again.stderr}`, /all 1 trials were measured before/);
  // The plan alone is asked for again by the same words.
  shell(`'${process.execPath}' '${launcher}' plan ${options} --store`);
  const plan = readFileSync(join(stood, 'the work/runs/plans/mine@smoke.json'), 'utf8');
  assert.deepEqual(JSON.parse(plan).asked, {
    folder: '..',
    suite: 'my studies/mine.yaml',
    options: ['--workspace', 'the work', '--data', 'sets'],
  });
});
