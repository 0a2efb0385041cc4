import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { labelColour, labelPicture } from '../../reports/label-picture.ts';
import { siteFiles } from '../../reports/site.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile, findEvaluations, findJournals } from '../../results/workspace.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeDenseSample } from './dense-sample.ts';

async function siteOf(workspace: string): Promise<ReadonlyMap<string, string>> {
  await ingest({ workspace });
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    const files = new Map<string, string>();
    for await (const [path, content] of siteFiles(store)) files.set(path, content);
    return files;
  } finally {
    store.close();
  }
}

async function sampleSite(context: TestContext): Promise<ReadonlyMap<string, string>> {
  const workspace = temporaryFolder(context);
  await writeDenseSample(workspace);
  return siteOf(workspace);
}

const learned = 'detection-table-proxy/learned-mgd-retinanet-r50-retinanet-r18.html';

test('a detection table has a column per AP figure and leads to what was learned', async (context) => {
  const files = await sampleSite(context);
  const { document } = parseHTML(files.get('detection-table-proxy/index.html') as string);
  const heads = [...document.querySelectorAll('.results thead th')].map(
    (head) => head.firstChild?.textContent,
  );
  assert.deepEqual(heads, ['Method', 'AP', 'AP50', 'AP75', 'APs', 'APm', 'APl']);
  // Seeds 1 and 2 of MGD are the fourth and fifth journal: AP 30 + 3 and 30 + 4.
  const row = document.querySelectorAll('.results tbody tr')[1];
  assert.match(row?.querySelector('td')?.textContent ?? '', /33\.50\s+± 0\.71/);
  const links = [...document.querySelectorAll('section[aria-labelledby="learned"] a')].map((link) =>
    posix.join('detection-table-proxy', link.getAttribute('href') as string),
  );
  assert.ok(links.includes(learned));
  for (const link of links) assert.ok(files.has(link), link);
});

test('pictures show truth, teacher and student, as text too; categories and curves have the teacher beside them', async (context) => {
  const { document } = parseHTML((await sampleSite(context)).get(learned) as string);
  const titles = [...document.querySelectorAll('.panel figcaption')].map((one) => one.textContent);
  assert.deepEqual(titles.slice(0, 3), ['Truth', 'Teacher', 'Student']);
  const [truth, , student] = [...document.querySelectorAll('.panel')];
  assert.equal(truth?.querySelectorAll('rect[stroke="#fff"]').length, 3);
  assert.equal(truth?.querySelectorAll('rect[stroke-dasharray]').length, 1);
  // The third detection has a score of 0.12, which is not drawn.
  assert.match(
    student?.querySelector('svg')?.getAttribute('aria-label') ?? '',
    /2 boxes: disc 0\.90, square 0\.62$/,
  );
  assert.equal(document.querySelectorAll('b').length, 0, 'names are text');
  // Masks lie over the picture and under the boxes.
  assert.equal(document.querySelectorAll('.panel svg > image').length, 6);
  assert.equal(student?.querySelector('svg > image')?.nextElementSibling?.localName, 'rect');
  const heads = [...document.querySelectorAll('section[aria-labelledby="categories"] thead th')];
  assert.ok(heads.some((head) => head.textContent?.startsWith('AP of masks')));
  const disc = [...document.querySelectorAll('section[aria-labelledby="categories"] tbody tr')][0];
  assert.match(disc?.textContent ?? '', /not defined/);
  const square = [
    ...document.querySelectorAll('section[aria-labelledby="categories"] tbody tr'),
  ][1];
  assert.match(square?.textContent ?? '', /33\.5 ± 0\.7teacher 30\.0, student \+3\.5/);
  assert.equal(document.querySelectorAll('.plot > svg').length, 6);
  assert.match(
    document.querySelector('.figures .legend')?.textContent ?? '',
    /seed 1\s+seed 2\s+teacher/,
  );
  for (const use of document.querySelectorAll('use')) {
    const id = use.getAttribute('href')?.slice(1);
    assert.match(
      document.getElementById(id as string)?.getAttribute('href') ?? '',
      /^data:image\/png;base64,/,
    );
  }
});

test('ingest takes an artefact once, again where it changed, and says what is wrong with one', async (context) => {
  const workspace = temporaryFolder(context);
  await writeDenseSample(workspace);
  const first = await siteOf(workspace);
  assert.deepEqual([...(await siteOf(workspace))], [...first]);
  const [file] = findEvaluations(findJournals(workspace));
  assert.ok(file !== undefined && existsSync(file.path));
  const text = readFileSync(file.path, 'utf8');
  writeFileSync(file.path, text.replace('"schemaVersion":1', '"schemaVersion":9'));
  const { problems } = await ingest({ workspace });
  assert.equal(problems.length, 1);
  assert.match(problems[0]?.message ?? '', /^runs\/.*evaluation\.json: schemaVersion: must be 1/);
});

test('a map of labels becomes a PNG with a colour per label and nothing where there is no class', async () => {
  const png = labelPicture([0, 3, 255, 1, 7, 2], 3, 2);
  const { data, info } = await sharp(Buffer.from(png))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height, info.channels], [3, 2, 4]);
  assert.deepEqual([...data.subarray(0, 4)], [...labelColour(0), 255]);
  assert.equal(data[3 * 4 + 3], 0);
  assert.deepEqual([...data.subarray(5 * 4)], [...labelColour(7), 255]);
  const colours = new Set(Array.from({ length: 100 }, (_, label) => labelColour(label).join()));
  assert.equal(colours.size, 100);
});
