import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { denseMethods } from '../../runners/distillers/dense/registry.ts';
import { methods, plugins } from '../../runners/distillers/registry.ts';
import { planByName } from '../../suites/plan-by-name.ts';
import { temporaryFolder } from '../results/temporary.ts';

/** Ids of a table that this process has loaded. */
function loadedOf(table: { readonly ids: readonly string[]; find(id: string): unknown }) {
  return table.ids.filter((id) => {
    try {
      return table.find(id) !== undefined;
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  });
}

// One after the other: what one plan has loaded stays.
describe('a plan', () => {
  it('loads the methods that its suite names, and no others', async () => {
    await planByName('embedded-methods', { scale: 'smoke' });
    assert.deepEqual(loadedOf(methods), ['none', 'kd', 'dkd']);
    assert.deepEqual(loadedOf(plugins), ['sdd', 'lskd', 'ctkd']);
    assert.deepEqual(loadedOf(denseMethods), []);
    await planByName('embedded-detection', { scale: 'smoke' });
    assert.deepEqual(loadedOf(denseMethods), ['none', 'cwd', 'fitnet', 'fgd', 'mgd']);
    assert.deepEqual(loadedOf(methods), ['none', 'kd', 'dkd']);
  });

  it('knows "Ours" by the paper of its table before anything is loaded', async () => {
    const { plan } = await planByName('lskd-table1', { scale: 'smoke' });
    assert.ok(plan.cells.some(({ method }) => method === 'kd+lskd'));
  });

  it('answers an unknown name with the nearest of all, loaded or not', async (t) => {
    const file = join(temporaryFolder(t), 'own.yaml');
    writeFileSync(
      file,
      `schemaVersion: 1
id: own
title: Own
task: classification
noReference: Own
metrics: { top1: { margin: 0.5 } }
columns: [{ id: resnet20__resnet8 }]
rows: [{ name: Row, method: reviewkt }]
scales:
  smoke: { notComparable: Own, dataset: embedded-small, recipe: embedded-smoke, seeds: [1] }
`,
    );
    await assert.rejects(planByName(file, { scale: 'smoke' }), /Did you mean "reviewkd"/);
  });
});
