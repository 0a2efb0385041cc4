import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { processorBfloat16 } from '../../../runners/engine/bfloat16/processor.ts';
import { readGolden } from '../../../runners/parity/golden.ts';
import { mixedPrecisionCheck } from '../../../runners/parity/mixed-precision.ts';

const folder = join(import.meta.dirname, '../../../reference/golden');
const none = processorBfloat16() === null && 'this processor has no bfloat16';

/** Results of the file's cases without distillation, which take seconds, after a change. */
async function changed(change: (run: Record<string, { total: number }[]>) => void) {
  const file = readGolden(folder, 'precision/autocast_resnet32x4__resnet8x4.json');
  const content = structuredClone(file.content) as { runs: { CE: never; KD?: never } };
  delete content.runs.KD;
  change(content.runs.CE);
  return (await mixedPrecisionCheck('recorded')({ ...file, content })).map(({ ok }) => ok);
}

test('steps in mixed precision are those of autocast, within a tolerance that sees one percent', {
  skip: none,
}, async () => {
  assert.deepEqual(await changed(() => {}), [true, true]);
  const off = await changed((run) => {
    // Of all trainings in PyTorch alike, so that the tolerance stays.
    for (const steps of [...Object.values(run).filter(Array.isArray), ...(run['moved'] as never)])
      for (const step of steps) if ('total' in step) step.total *= 1.01;
  });
  assert.deepEqual(off, [false, false]);
});
