import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../common/random.ts';
import { exactExp, sigmoid } from '../../../runners/detection/geometry/exponential.ts';
import { batchedNms, nms } from '../../../runners/detection/geometry/nms.ts';
import {
  type CandidateRows,
  decodeCandidates,
  denseTest,
} from '../../../runners/detection/parts/decode.ts';
import { denseCandidates } from '../../../runners/detection/parts/dense-candidates.ts';
import { decodeRois } from '../../../runners/detection/parts/two-stage/decode.ts';
import { createProgram } from '../../../runners/engine/program.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';

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

/** Candidates of maps [1, rows, 1, A K] and [1, rows, 1, A 4], chosen by the recorded graph. */
function chosen(
  levels: readonly { readonly logits: readonly number[]; readonly anchors: number }[],
  anchors: Float32Array,
  config: Partial<typeof denseTest>,
  imgShape: readonly [number, number] = [100, 100],
) {
  const classes = (levels[0]?.logits.length ?? 0) / (levels[0]?.anchors ?? 1);
  const program = createProgram({
    mode: 'recorded',
    state: {},
    initial: {},
    functions: {
      choose: {
        inputs: {
          ...Object.fromEntries(
            levels.map(({ logits, anchors: count }, level) => [
              `logits${level}`,
              { shape: [1, count, 1, logits.length / count], dtype: 'float32' as const },
            ]),
          ),
          imgShapes: { shape: [1, 2], dtype: 'float32' },
        },
        run(_, inputs) {
          const output = {
            logits: levels.map((__, level) => inputs[`logits${level}`] as Tensor4D),
            boxes: levels.map(({ anchors: count }) => tf.zeros([1, count, 1, 4]) as Tensor4D),
          };
          const imgShapes = inputs['imgShapes'] as Tensor2D;
          const given = { ...denseTest, ...config };
          return {
            outputs: { ...denseCandidates(output, anchors, imgShapes, classes, given) },
            state: {},
          };
        },
      },
    },
  });
  try {
    return program.call('choose', {
      ...Object.fromEntries(
        levels.map(({ logits }, level) => [`logits${level}`, Float32Array.from(logits)]),
      ),
      imgShapes: Float32Array.from(imgShape),
    }) as unknown as CandidateRows;
  } finally {
    program.dispose();
  }
}

const three = Float32Array.of(0, 0, 10, 10, 20, 0, 30, 10, 40, 0, 50, 10);
// logit of 0.5 is 0: not greater than the threshold.
const levels = [
  { logits: [0, -3, 2, 1], anchors: 2 },
  { logits: [3, -1], anchors: 1 },
];

test('a level gives its best candidates, and no score at the threshold itself', () => {
  const picture = { imgShape: [100, 100] as const, scaleFactor: [2, 1] as const };
  const found = decodeCandidates(chosen(levels, three, { scoreThreshold: 0.5 }), picture);
  assert.deepEqual([...found.labels], [0, 0, 1]);
  assert.deepEqual([...found.boxes.subarray(0, 4)], [20, 0, 25, 10]);
  assert.ok(Math.abs((found.scores[0] as number) - sigmoid(3)) < 1e-7);
  const one = decodeCandidates(chosen(levels, three, { scoreThreshold: 0.5, nmsPre: 1 }), picture);
  assert.deepEqual([...one.labels], [0, 0]);
});

test('as many places leave the graph as a level has room or pairs, the empty ones at its end', () => {
  const { scores, boxes, labels } = chosen(levels, three, { scoreThreshold: 0.5, nmsPre: 3 });
  assert.deepEqual([scores.length, boxes.length, labels.length], [5, 20, 5]);
  assert.deepEqual(
    [...scores].map((score) => score > 0),
    [true, true, false, true, false],
  );
  assert.deepEqual([scores[2], scores[4]], [-1, -1]);
  // Boxes end with the picture, not with the batch.
  const narrow = chosen(levels, three, { scoreThreshold: 0.5, nmsPre: 3 }, [5, 25]);
  assert.deepEqual([...narrow.boxes.subarray(0, 4)], [20, 0, 25, 5]);
});

test('among equal scores the first anchor comes first, then the first class, and NaN is nobody', () => {
  const count = 40;
  const logits = Array.from({ length: 2 * count }, () => 1);
  logits[3] = 2;
  logits[6] = Number.NaN;
  const anchors = Float32Array.from({ length: 4 * count }, (_, at) =>
    at % 4 === 0 ? at : at % 4 === 2 ? at : (at % 4) * 3,
  );
  const { boxes, labels, scores } = chosen([{ logits, anchors: count }], anchors, { nmsPre: 9 });
  const anchor = Array.from({ length: 9 }, (_, row) => (boxes[row * 4] as number) / 4);
  assert.deepEqual(anchor, [1, 0, 0, 1, 2, 2, 3, 4, 4]);
  assert.deepEqual([...labels], [1, 0, 1, 0, 0, 1, 1, 0, 1]);
  assert.ok(scores.every((score) => score > 0.5));
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
