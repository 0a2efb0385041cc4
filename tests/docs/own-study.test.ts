import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { check } from '../../app/check.ts';
import { plan } from '../../app/plan.ts';
import { reportText } from '../../app/report.ts';
import { run } from '../../app/run.ts';
import { RandomStream } from '../../common/random.ts';
import { temporaryFolder } from '../results/temporary.ts';

const guide = readFileSync(
  fileURLToPath(new URL('../../docs/own-study.md', import.meta.url)),
  'utf8',
);
const suiteOfGuide = /^```yaml\n([\s\S]*?)^```/m.exec(guide)?.[1] ?? '';

const side = 32;
/** Whether a class's shape covers a point, seen from its centre. */
const shapes: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  circle: (x, y) => x * x + y * y < 49,
  cross: (x, y) => Math.abs(x) < 2 || Math.abs(y) < 2,
  stripes: (x) => Math.floor(x + side) % 6 < 2,
};

/** A class folder as a user has one: three shapes on noise. */
async function writeShapes(folder: string, counts: Readonly<Record<string, number>>) {
  const random = RandomStream.named(7, 'shapes');
  for (const [split, count] of Object.entries(counts)) {
    for (const [name, covers] of Object.entries(shapes)) {
      const place = join(folder, split, name);
      mkdirSync(place, { recursive: true });
      for (let number = 0; number < count; number += 1) {
        const [left, top] = [8 + 16 * random.uniform(), 8 + 16 * random.uniform()];
        const pixels = Buffer.from(
          Array.from({ length: side * side }, (_, at) => {
            const on = covers((at % side) - left, Math.floor(at / side) - top);
            const grey = (on ? 150 : 100) + 100 * (random.uniform() - 0.5);
            return [grey, grey, grey].map(Math.round);
          }).flat(),
        );
        const raw = { width: side, height: side, channels: 3 } as const;
        await sharp(pixels, { raw })
          .png()
          .toFile(join(place, `${number}.png`));
      }
    }
  }
}

test('the study of the guide is planned, run, reported and checked on a class folder', async (t) => {
  const folder = temporaryFolder(t);
  const data = join(folder, 'data');
  await writeShapes(join(data, 'shapes'), { train: 40, test: 20 });
  const suite = join(folder, 'shapes.yaml');
  writeFileSync(suite, suiteOfGuide);
  const workspace = join(folder, 'workspace');

  const { plan: planned } = await plan({ suite, data, workspace });
  assert.deepEqual([planned.scale, planned.notComparable], ['own', null]);
  assert.equal(planned.trials.length, 7);

  const { verdict, publication, plan: made } = await run({ suite, data, workspace });
  assert.deepEqual(verdict.complaints, []);
  assert.equal(verdict.exitCode, 0);
  const overview = readFileSync(publication?.index as string, 'utf8');
  assert.match(overview, /Do the claims of the own studies hold\?/);
  assert.doesNotMatch(overview, /[Nn]ot comparable/);

  const again = await run({ suite, data, workspace, report: false });
  assert.deepEqual([again.verdict.computed, again.verdict.reused], [0, made.trials.length]);

  const junit = await reportText({ workspace, suite: 'shapes', format: 'junit', failOn: 'failed' });
  assert.match(junit.text, /Gate of resnet20/);
  assert.match(junit.text, /Claim: KD does no great harm/);
  assert.equal((await check({ workspace, suite: 'shapes@own' })).exitCode, 0);
});
