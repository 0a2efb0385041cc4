import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomStream } from '../../../../common/random.ts';
import { exactExp, sigmoid } from '../../../../runners/tasks/detection/exponential.ts';
import { batchedNms, nms } from '../../../../runners/tasks/detection/nms.ts';
import { decodeRetina, retinaTest } from '../../../../runners/tasks/detection/retina-decode.ts';
import { decodeRois } from '../../../../runners/tasks/detection/roi-decode.ts';

test('the exponential is that of Math to the last place, at the ends too', () => {
  for (let step = -7000; step <= 7000; step += 37) {
    const value = step / 10.1;
    assert.ok(Math.abs(exactExp(value) / Math.exp(value) - 1) < 1e-15, `exp(${value})`);
  }
  assert.equal(exactExp(0), 1);
  assert.equal(exactExp(-1e9), 0);
  assert.equal(exactExp(1e9), Number.POSITIVE_INFINITY);
  assert.equal(sigmoid(-200), 0);
  assert.equal(sigmoid(200), 1);
});

function scattered(count: number) {
  const stream = RandomStream.named(5, 'boxes');
  const boxes = new Float32Array(count * 4);
  for (let at = 0; at < boxes.length; at += 4) {
    const [x, y] = [stream.below(900), stream.below(900)];
    boxes.set([x, y, x + 5 + stream.below(60), y + 5 + stream.below(60)], at);
  }
  const scores = Float32Array.from({ length: count }, () => stream.below(500) / 500);
  const classes = Int32Array.from({ length: count }, () => stream.below(7));
  return { boxes, scores, classes };
}

test('ten thousand boxes are suppressed class by class, with the same result', () => {
  const { boxes, scores, classes } = scattered(10_000);
  const kept = batchedNms(boxes, scores, classes, { iouThreshold: 0.5 });
  const moved = boxes.map((value, at) => value + (classes[at >> 2] as number) * 2000);
  const whole = nms(moved, scores, { iouThreshold: 0.5 });
  assert.deepEqual([...kept], [...whole]);
  assert.ok(kept.length > 3000 && kept.length < 9990);
});

test('a level gives its best candidates, and no score at the threshold itself', () => {
  const anchors = Float32Array.of(0, 0, 10, 10, 20, 0, 30, 10, 40, 0, 50, 10);
  // logit of 0.5 is 0: not greater than the threshold.
  const logits = Float32Array.of(0, -3, 2, 1, 3, -1);
  const output = { logits, deltas: new Float32Array(12), anchors, levelCounts: [2, 1] };
  const picture = { imgShape: [100, 100] as const, scaleFactor: [2, 1] as const };
  const all = decodeRetina(output, 2, picture, { ...retinaTest, scoreThreshold: 0.5 });
  assert.deepEqual([...all.labels], [0, 0, 1]);
  assert.deepEqual([...all.boxes.subarray(0, 4)], [20, 0, 25, 10]);
  const one = decodeRetina(output, 2, picture, { ...retinaTest, scoreThreshold: 0.5, nmsPre: 1 });
  assert.deepEqual([...one.labels], [0, 0]);
});

test('the second stage gives one box per class and never the background', () => {
  const rois = Float32Array.of(10, 10, 30, 30, 50, 10, 70, 40);
  const logits = Float32Array.of(2, 1, -5, 0, 0, 9);
  const deltas = new Float32Array(2 * 8);
  deltas.set([0, 0, 0, 0, 1, 0, 0, 0]);
  const found = decodeRois(rois, logits, deltas, 2, { imgShape: [35, 60], scaleFactor: null });
  const [first, second] = [2, 1].map((logit) => {
    const sum = Math.exp(2) + Math.exp(1) + Math.exp(-5);
    return Math.fround(Math.exp(logit) / sum);
  });
  assert.deepEqual([...found.scores], [first, second]);
  assert.deepEqual([...found.labels], [0, 1]);
  assert.deepEqual([...found.boxes], [10, 10, 30, 30, 12, 10, 32, 30]);
});
