import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { benchCoco } from '../../bench/coco.ts';
import { InfrastructureError } from '../../common/errors.ts';

const cli = fileURLToPath(new URL('../../cli/bin.js', import.meta.url));
const small = {
  cli,
  seconds: 0,
  size: { images: 3, detections: 20 },
  onCase: () => {},
};

test('the COCO bench measures boxes and masks, and has no peer where there is none', async () => {
  const { results, conditions } = await benchCoco({ ...small, python: '/nowhere/python3' });
  assert.deepEqual(
    results.map(({ name, peer_ms, max_difference, samples }) => [
      name,
      peer_ms,
      max_difference,
      samples.ours.n,
    ]),
    [
      ['coco-bbox', null, null, 1],
      ['coco-segm', null, null, 1],
    ],
  );
  assert.equal(conditions.peer, null);
  assert.ok(results.every(({ ours_ms }) => ours_ms > 0));
});

test('a peer that is there and fails is an error, not a missing peer', async () => {
  // Node does not understand the peer's language.
  await assert.rejects(
    benchCoco({ ...small, python: process.execPath }),
    (error: unknown) => error instanceof InfrastructureError && /pycocotools/.test(error.message),
  );
});
