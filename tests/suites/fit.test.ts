/* A plan refuses what no worker could train, at the row, column or field that asks for it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { main } from '../../cli/main.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { temporaryFolder } from '../results/temporary.ts';

const classification = (rows: string, change = '') => `schemaVersion: 1
id: mine
title: Pairs that do not fit
task: classification
metrics: { top1: { margin: 0.5 } }
columns: [{ id: shufflenetv2__resnet8 }, { id: resnet20__resnet8 }]
rows:
${rows}
${change}scales:
  own:
    dataset: embedded-small
    recipe: embedded-smoke
    seeds: [1]
`;

const segmentation = (crop: string, hyper: string) => `schemaVersion: 1
id: mine
title: Small crops
task: segmentation
metrics: { mIoU: { margin: 1 } }
columns: [{ id: pspnet_wide__pspnet_narrow, teacher: pspnet-r18w16-d8, student: pspnet-r18w8-d8 }]
rows:
  - { name: HO, method: ho, hyper: ${hyper} }
scales:
  own:
    dataset: embedded-scenes-small
    recipe: scenes-segmentation
    seeds: [1]
    overrides:
      - { rows: [HO], recipe: { input: { kind: scale-crop, long: 512, short: 512, ratio: [0.5, 2], crop: ${crop} } } }
`;

/** Exit code and standard error of a plan of this suite. */
async function planned(context: TestContext, text: string) {
  const folder = temporaryFolder(context);
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, text);
  const command = fakeContext({ cwd: folder });
  const code = await main(['plan', `${file}@own`, '--workspace', folder], command);
  return { code, said: command.err.join('\n') };
}

test('a pair on which a method cannot work is refused at its row, in the words of the worker', async (context) => {
  const rows = '  - { name: OFD, method: ofd }\n  - { name: KD, method: kd }';
  const { code, said } = await planned(context, classification(rows));
  assert.equal(code, 2);
  assert.match(
    said,
    /mine\.yaml:8: rows\[0\]: in the column shufflenetv2__resnet8 ofd cannot be used here: it takes its margins from .*, and shufflenetv2 as a teacher has none/,
  );
  assert.match(said, /exclude/);
  assert.doesNotMatch(said, /resnet20__resnet8/);
  const excluded = 'exclude: [{ row: OFD, column: shufflenetv2__resnet8 }]\n';
  assert.equal((await planned(context, classification(rows, excluded))).code, 0);
  const because =
    'notRun: [{ rows: [OFD], columns: [shufflenetv2__resnet8], because: no margins }]\n';
  assert.equal((await planned(context, classification(rows, because))).code, 0);
});

test('a stage that a network does not have is refused at the row', async (context) => {
  const rows = '  - { name: FitNet, method: fitnet, hyper: { hintLayer: 9 } }';
  const { code, said } = await planned(context, classification(rows));
  assert.equal(code, 2);
  assert.match(said, /rows\[0\].*fitnet cannot be used here/s);
});

test('crops that are too small for the discriminator of HO are refused', async (context) => {
  const small = await planned(context, segmentation('[128, 128]', '{ width: 16 }'));
  assert.equal(small.code, 2);
  assert.match(
    small.said,
    /rows\[0\].*takes 64 positions a side, and those of logits have 16 x 16/s,
  );
  assert.match(small.said, /strides lower/);
  const fitting = await planned(context, segmentation('[128, 128]', '{ width: 16, strides: 2 }'));
  assert.equal(fitting.code, 0, fitting.said);
  const wide = await planned(context, segmentation('[128, 128]', '{ width: 100000, strides: 2 }'));
  assert.match(wide.said, /rows\[0\]\.hyper\.width.*100000.*512/s);
});

test('branches that a network does not have are refused in the recipe', async (context) => {
  const rows = '  - { name: KD, method: kd }';
  const overrides = '    overrides: [{ rows: [KD], recipe: { dropPath: 0.1 } }]\n';
  const { code, said } = await planned(context, classification(rows) + overrides);
  assert.equal(code, 2);
  assert.match(said, /dropPath.*resnet8 has no residual branches that are left out in training/s);
});
