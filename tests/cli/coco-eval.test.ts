import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { command } from '../../cli/commands/coco-eval.ts';
import { main } from '../../cli/main.ts';
import { UsageError } from '../../common/errors.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { fakeContext } from './fake-context.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests change parsed JSON
const golden: any = JSON.parse(
  readFileSync(new URL('../../reference/golden/coco/set3.json', import.meta.url), 'utf8'),
);
const options = {
  gt: 'gt.json',
  dt: 'dt.json',
  iou: 'bbox',
  classAgnostic: false,
  perCategory: false,
  json: false,
};

function folderWith(t: TestContext, truth: unknown, results: unknown): string {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'gt.json'), JSON.stringify(truth));
  writeFileSync(join(folder, 'dt.json'), JSON.stringify(results));
  return folder;
}

describe('redistill coco-eval', () => {
  it('prints the golden figures as JSON', async (t) => {
    const context = fakeContext({ cwd: folderWith(t, golden.gt, golden.dets_segm) });
    assert.equal(await command.run(context, [], { ...options, iou: 'segm', json: true }), 0);
    // biome-ignore lint/suspicious/noExplicitAny: what was printed
    const [document] = context.documents as [any];
    assert.deepEqual([context.out, document.schemaVersion], [[], 1]);
    assert.deepEqual(Object.keys(document.metrics), Object.keys(golden.segm.metrics));
    for (const [name, value] of Object.entries(golden.segm.metrics)) {
      assert.ok(Math.abs(document.metrics[name] - (value as number)) < 1e-9, name);
    }
    assert.equal(document.counts.detections, golden.counts.dets);
    const category = document.perCategory.find(
      (each: { categoryId: number }) => each.categoryId === 11,
    );
    assert.ok(Math.abs(category.AP - golden.segm.per_category['11'].AP) < 1e-9);
  });

  it('prints a table, with a dash where there is nothing to find', async (t) => {
    const context = fakeContext({ cwd: folderWith(t, golden.gt, golden.dets_bbox) });
    assert.equal(await command.run(context, [], { ...options, perCategory: true }), 0);
    assert.equal(
      context.out[0],
      '92 detections, 60 objects, 12 pictures, 10 categories; IoU of boxes',
    );
    assert.match(context.out.join('\n'), /^AP50 +0\.50 +all +100 +0\.468$/m);
    assert.match(context.out.join('\n'), /^cat7 +0\.378 +0\.724 +0\.276 +0\.510$/m);
    assert.match(context.out.join('\n'), /^cat17 +- +- +- +-$/m);
  });

  it('mixes the categories on demand', async (t) => {
    const context = fakeContext({ cwd: folderWith(t, golden.gt, golden.dets_bbox) });
    await command.run(context, [], { ...options, classAgnostic: true, json: true });
    // biome-ignore lint/suspicious/noExplicitAny: what was printed
    const [document] = context.documents as [any];
    const { AP } = golden.bbox_useCats0.metrics;
    assert.ok(Math.abs(document.metrics.AP - AP) < 1e-9);
    assert.equal(document.perCategory.length, 1);
  });

  it('warns of an annotation with the id 0, as of no other', async (t) => {
    const truth = structuredClone(golden.gt);
    truth.annotations[0].id = 0;
    const context = fakeContext({ cwd: folderWith(t, truth, golden.dets_bbox) });
    await command.run(context, [], options);
    assert.match(context.err.join(), /gt\.json has an annotation with the id 0/);
  });

  it('makes a usage error of files that are not as COCO defines them', async (t) => {
    const results = structuredClone(golden.dets_bbox);
    results[3].bbox = [1, 2, 3];
    const context = fakeContext({ cwd: folderWith(t, golden.gt, results) });
    await assert.rejects(
      command.run(context, [], options),
      (error: unknown) =>
        error instanceof UsageError && /dt\.json: \[3\]\.bbox has 3 values/.test(error.message),
    );
    await assert.rejects(
      command.run(context, [], { ...options, gt: 'none.json' }),
      (error: unknown) => error instanceof UsageError && /none\.json cannot/.test(error.message),
    );
    assert.equal(await main(['coco-eval', '--gt', 'gt.json'], fakeContext()), 2);
  });
});
