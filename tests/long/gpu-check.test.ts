import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gpuCheckParts } from '../../app/gpu-check/parts.ts';
import { gpuCheck } from '../../app/gpu-check.ts';
import { temporaryFolder } from '../results/temporary.ts';

test('every part of gpu-check passes on a CPU', async (t) => {
  const { record } = await gpuCheck({ device: 'cpu', workspace: temporaryFolder(t) });
  assert.deepEqual(
    record.parts.map(({ id, result, sentence }) => [id, result === 'passed' ? result : sentence]),
    gpuCheckParts.ids.map((id) => [id, 'passed']),
  );
});
