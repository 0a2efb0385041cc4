import '../../../../runners/detection/all.ts';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createDetector } from '../../../../runners/detection/registry.ts';
import { readSafetensors, type SafeTensor } from '../../../../runners/formats/safetensors.ts';
import { foundIn } from '../../../../runners/parity/det/checkpoints.ts';
import { compareDetections } from '../../../../runners/parity/det/detection-list.ts';
import { formulaSettings, formulaState } from '../../../../runners/parity/formula.ts';
import { GoldenNode, readGolden } from '../../../../runners/parity/golden.ts';
import { formulaChanges } from '../../../../runners/parity/state-dict.ts';
import { Comparison } from '../../../../runners/parity/tolerance.ts';
import { readCheckpoint } from '../../../../runners/weights/checkpoints/import-checkpoint.ts';
import { readWeights, torchTensors } from '../../../../runners/weights/network-state.ts';
import { temporaryFolder } from '../../../results/temporary.ts';
import { torchZip } from './torch-writer.ts';

// The names, shapes and detections are those of mmdetection 3.3.0, which made the golden file.

const golden = fileURLToPath(new URL('../../../../reference/golden', import.meta.url));
const root = GoldenNode.of(readGolden(golden, 'det/checkpoints.json'));
const classes = root.get('num_classes').number();
const cases = new Map(
  root
    .get('cases')
    .list()
    .map((node) => [node.get('name').text(), node]),
);

type Tensors = Record<string, SafeTensor>;

/** The detector called `name` with the weights of the golden file, by mmdetection's names. */
function saved(name: string) {
  const node = cases.get(name) as GoldenNode;
  const detector = createDetector(name, { classes });
  const state = formulaState(detector.params, formulaSettings(root).seed, formulaChanges(node));
  return { node, detector, tensors: torchTensors(detector.params, state) as Tensors };
}

/** Writes a checkpoint as mmengine does, and takes the weights out of it. */
function imported(t: TestContext, name: string, tensors: Tensors, version: string) {
  const file = join(temporaryFolder(t), 'epoch_12.pth');
  const count: SafeTensor = { dtype: 'float32', shape: [], data: Float32Array.of(0) };
  const pickledText = (text: string) => `X${String.fromCharCode(text.length)}\0\0\0${text}`;
  const meta = `}(${pickledText('mmdet_version')}${pickledText(version)}u`;
  const beside = { meta, message_hub: 'N' };
  writeFileSync(
    file,
    torchZip({ ...tensors, 'backbone.bn1.num_batches_tracked': count }, {}, beside, 'state_dict'),
  );
  return readCheckpoint(file, name);
}

/** The rows of a tensor's first side, in another order or number. */
function rows({ dtype, shape, data }: SafeTensor, order: readonly number[]): SafeTensor {
  const [count = 0, ...inner] = shape;
  const each = data.length / count;
  const taken = order.map((row) => [...data.subarray(row * each, (row + 1) * each)]);
  return { dtype, shape: [order.length, ...inner], data: Float32Array.from(taken.flat()) };
}

const range = (length: number, from = 0) => Array.from({ length }, (_, index) => from + index);

/**
 * The heads of regions as they were before version 2: at the root, the background first, and rows
 * for it in boxes and masks, here filled with those of the last class.
 */
function beforeSecond(tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const old = name.replace(/^roi_head\./, '');
      const count = tensor.shape[0] as number;
      if (/fc_cls\./.test(name)) return [old, rows(tensor, [classes, ...range(classes)])];
      if (/fc_reg\./.test(name) && count === 4 * classes) {
        return [old, rows(tensor, [...range(4, count - 4), ...range(count)])];
      }
      if (/conv_logits\./.test(name)) return [old, rows(tensor, [classes - 1, ...range(classes)])];
      return [old, tensor];
    }),
  );
}

describe("mmdetection's checkpoint of a detector", () => {
  for (const name of cases.keys()) {
    it(`of ${name} gives mmdetection's detections`, (t) => {
      const { node, detector, tensors } = saved(name);
      const read = imported(t, name, tensors, '3.3.0');
      assert.deepEqual([read.classes, read.layout], [classes, null]);
      assert.deepEqual(read.path, ['state_dict']);
      const stored = join(temporaryFolder(t), 'weights.safetensors');
      writeFileSync(stored, read.bytes);
      const found = foundIn('recorded', detector, readWeights(stored, detector), root);
      const comparison = new Comparison(name, 'detections');
      const official = node.get('detections');
      if (official.has('bboxes')) compareDetections(comparison, name, found, official);
      const scores = official.get('scores').tensor().data;
      comparison.array('scores', found.scores, scores, 1e-4);
      assert.equal(comparison.result().ok, true, JSON.stringify(comparison.result()));
    });
  }

  it('has the same names in version 2, and within a distiller its own', (t) => {
    const name = 'gfl-r18w16-fpn32';
    const { tensors } = saved(name);
    const both = Object.fromEntries(
      ['student', 'teacher'].flatMap((who) =>
        Object.entries(tensors).map(([key, tensor]) => [`${who}.${key}`, tensor]),
      ),
    );
    assert.throws(() => imported(t, name, both, '2.18.0'), { code: 'WEIGHTS_AMBIGUOUS' });
    assert.equal(imported(t, name, tensors, '2.18.0').layout, null);
  });

  for (const name of [
    'faster-rcnn-r18w16-fpn32',
    'mask-rcnn-r18w16-fpn32',
    'cascade-mask-rcnn-r18w16-fpn32',
  ]) {
    it(`of ${name} is the same from before version 2, whose background was the first class`, (t) => {
      const { tensors } = saved(name);
      const old = beforeSecond(tensors);
      assert.ok(!Object.keys(old).some((key) => key.startsWith('roi_head')));
      const read = imported(t, name, old, '1.2.0');
      assert.match(String(read.layout), /two stages, before 2\.0/);
      assert.equal(read.classes, classes);
      assertSame(t, read.bytes, tensors);
    });
  }

  for (const [name, change] of [
    [
      'retinanet-r18w16-fpn32',
      (key: string) => key.replace(/^(bbox_head\.\w+_convs\.\d)\.conv\./, '$1.'),
    ],
    [
      'fcos-centred-r18w16-fpn32',
      (key: string) => key.replace(/\.conv_(cls|reg|centerness)\./, '.fcos_$1.'),
    ],
  ] as const) {
    it(`of ${name} has its old names`, (t) => {
      const { tensors } = saved(name);
      const old = Object.fromEntries(
        Object.entries(tensors).map(([key, tensor]) => [change(key), tensor]),
      );
      assert.notDeepEqual(Object.keys(old), Object.keys(tensors));
      assertSame(t, imported(t, name, old, '0.5.3').bytes, tensors);
    });
  }
});

function assertSame(t: TestContext, bytes: Uint8Array, expected: Tensors): void {
  const stored = join(temporaryFolder(t), 'weights.safetensors');
  writeFileSync(stored, bytes);
  const { tensors } = readSafetensors(stored);
  assert.deepEqual(Object.keys(tensors).sort(), Object.keys(expected).sort());
  for (const [key, { shape, data }] of Object.entries(expected)) {
    assert.deepEqual(tensors[key]?.shape, shape, key);
    assert.deepEqual([...(tensors[key]?.data ?? [])], [...data], key);
  }
}
