import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomStream } from '../../../../common/random.ts';
import {
  type AssignConfig,
  assignMaxIou,
  retinaAssign,
  rpnAssign,
} from '../../../../runners/detection/geometry/assign.ts';
import { overlaps } from '../../../../runners/detection/geometry/boxes.ts';

/** The rule of `MaxIoUAssigner` over the whole matrix of overlaps. */
function plainly(
  priors: Float32Array,
  truth: Float32Array,
  config: AssignConfig,
  ignored: Float32Array,
) {
  const [count, boxes] = [priors.length / 4, truth.length / 4];
  const within = overlaps(priors, ignored, 'iof');
  const matrix = overlaps(truth, priors).map((value, at) => {
    const own = within.subarray(
      (at % count) * (ignored.length / 4),
      ((at % count) + 1) * (ignored.length / 4),
    );
    const share = config.ignoreIof ?? -1;
    return share > 0 && own.some((each) => each > Math.fround(share)) ? -1 : value;
  });
  const boxOf = new Int32Array(count).fill(-1);
  const overlap = new Float32Array(count);
  for (let prior = 0; prior < count; prior += 1) {
    const column = Array.from({ length: boxes }, (_, box) => matrix[box * count + prior] as number);
    const most = Math.max(...column);
    overlap[prior] = most;
    if (most >= 0 && most < Math.fround(config.negIou)) boxOf[prior] = 0;
    if (most >= Math.fround(config.posIou)) boxOf[prior] = column.indexOf(most) + 1;
  }
  for (let box = 0; box < boxes; box += 1) {
    const row = matrix.subarray(box * count, (box + 1) * count);
    const best = Math.max(...row);
    if (!(best >= Math.fround(config.minPosIou))) continue;
    row.forEach((value, prior) => {
      if (value === best) boxOf[prior] = box + 1;
    });
  }
  return { boxOf, overlap };
}

test('priors are assigned as by the whole matrix of overlaps, however near they lie', () => {
  const random = RandomStream.named(9, 'assign');
  const boxesAt = (count: number, side: number, step: number) => {
    const boxes = Array.from({ length: count }, () => {
      const [x, y] = [step * random.below(40), step * random.below(40)];
      return [x, y, x + 1 + random.below(side), y + 1 + random.below(side)];
    });
    return Float32Array.from(boxes.flat());
  };
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const priors = boxesAt(1 + random.below(400), 60, 8);
    // Some boxes that no prior touches, and some of equal overlap.
    const near = boxesAt(1 + random.below(6), 80, 8);
    const far = Float32Array.of(5000, 5000, 5010, 5020);
    const truth = Float32Array.from([...near, ...(attempt % 3 === 0 ? far : [])]);
    const ignored = attempt % 2 === 0 ? boxesAt(2, 200, 8) : new Float32Array(0);
    for (const config of [retinaAssign, rpnAssign, { ...retinaAssign, ignoreIof: 0.5 }]) {
      assert.deepEqual(
        assignMaxIou(priors, truth, config, ignored),
        plainly(priors, truth, config, ignored),
      );
    }
  }
});
