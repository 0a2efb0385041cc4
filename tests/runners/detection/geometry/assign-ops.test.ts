import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../../common/random.ts';
import { assignMaxIou, retinaAssign } from '../../../../runners/detection/geometry/assign.ts';
import { assignInStep } from '../../../../runners/detection/geometry/assign-ops.ts';
import { takeBoxes } from '../../../../runners/detection/geometry/boxes.ts';
import { createProgram } from '../../../../runners/engine/program.ts';

const [pictures, count, places, classes] = [3, 60, 5, 4];

/** Boxes on a grid of 8 pixels, so that equal overlaps occur. */
function boxes(stream: RandomStream, rows: number): Float32Array {
  return Float32Array.from(
    Array.from({ length: rows }, () => {
      const [x, y] = [8 * stream.below(12), 8 * stream.below(12)];
      return [x, y, x + 8 * (1 + stream.below(5)), y + 8 * (1 + stream.below(5))];
    }).flat(),
  );
}

test('boxes of a step are assigned as the loader assigns anchors', () => {
  const program = createProgram({
    mode: 'recorded',
    state: {},
    initial: {},
    functions: {
      assign: {
        inputs: {
          boxes: { shape: [pictures, count, 4], dtype: 'float32' },
          valid: { shape: [pictures, count], dtype: 'float32' },
          truth: { shape: [pictures, places, 4], dtype: 'float32' },
          labels: { shape: [pictures, places], dtype: 'int32' },
          real: { shape: [pictures, places], dtype: 'float32' },
        },
        run(_, inputs) {
          const truth = {
            boxes: inputs['truth'] as Tensor3D,
            labels: inputs['labels'] as Tensor2D,
            valid: inputs['real'] as Tensor2D,
          };
          const made = assignInStep(
            inputs['boxes'] as Tensor3D,
            inputs['valid'] as Tensor2D,
            truth,
            classes,
            retinaAssign,
          );
          return { outputs: { ...made }, state: {} };
        },
      },
    },
  });
  try {
    let [positives, ignored] = [0, 0];
    for (let seed = 0; seed < 20; seed += 1) {
      const stream = RandomStream.named(seed, 'assign');
      // The first picture has all its boxes, the last one none.
      const present = [places, 1 + stream.below(places - 1), 0];
      const given = {
        boxes: boxes(stream, pictures * count),
        valid: Float32Array.from({ length: pictures * count }, () => (stream.below(5) ? 1 : 0)),
        truth: boxes(stream, pictures * places),
        labels: Int32Array.from({ length: pictures * places }, () => stream.below(classes)),
        real: Float32Array.from({ length: pictures * places }, (_, at) =>
          at % places < (present[Math.floor(at / places)] as number) ? 1 : 0,
        ),
      };
      const found = program.call('assign', given);
      for (let picture = 0; picture < pictures; picture += 1) {
        const rows = Array.from({ length: count }, (_, row) => picture * count + row).filter(
          (row) => given.valid[row] === 1,
        );
        const start = picture * places;
        const truth = given.truth.subarray(4 * start, 4 * (start + (present[picture] as number)));
        const { boxOf } = assignMaxIou(takeBoxes(given.boxes, rows), truth, retinaAssign);
        rows.forEach((row, index) => {
          const box = boxOf[index] as number;
          const label = box > 0 ? given.labels[start + box - 1] : classes;
          assert.equal(found['labels']?.[row], label, `seed ${seed}, box ${row}`);
          assert.equal(found['labelWeights']?.[row], box < 0 ? 0 : 1);
          assert.equal(found['positive']?.[row], box > 0 ? 1 : 0);
          if (box < 0) ignored += 1;
          if (box <= 0) return;
          positives += 1;
          const target = found['boxTargets']?.slice(4 * row, 4 * row + 4);
          assert.deepEqual(target, truth.slice(4 * (box - 1), 4 * box));
        });
      }
      given.valid.forEach((flag, row) => {
        if (flag === 0) assert.equal(found['labelWeights']?.[row], 0);
      });
    }
    assert.ok(positives > 100 && ignored > 10, `${positives} positives, ${ignored} ignored`);
  } finally {
    program.dispose();
  }
});
