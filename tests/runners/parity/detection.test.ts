import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readGolden } from '../../../runners/parity/golden.ts';
import { verifyGolden } from '../../../runners/parity/registry.ts';
import { temporaryFolder } from '../../results/temporary.ts';

const golden = fileURLToPath(new URL('../../../reference/golden', import.meta.url));

describe('official numbers of detection', () => {
  for (const [file, least] of [
    ['anchors.json.gz', 17],
    ['ops.json', 45],
    ['preprocess.json.gz', 5],
    ['retina_head.json.gz', 12],
    ['rcnn_heads.json.gz', 4],
    ['roi_align.json.gz', 13],
    ['retinanet_r18.json', 6],
    ['faster_rcnn_r18.json', 9],
    ['gfl_r18.json', 7],
    ['deform_conv.json', 6],
    ['fcos_head.json', 4],
    ['necks.json', 6],
    ['reppoints_head.json.gz', 3],
    ['solo_head.json', 4],
    ['mask_head.json', 6],
    ['cascade_head.json', 6],
    ['resnext.json', 11],
    ['checkpoints.json', 8],
  ] as const) {
    it(file, async () => {
      const { cases, passed } = await verifyGolden(golden, { only: `det/${file}` });
      assert.deepEqual(
        cases.filter(({ ok }) => !ok),
        [],
      );
      assert.ok(passed >= least, `only ${passed} cases`);
    });
  }
});

describe('a check of detection fails', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the tests change parsed JSON of many forms
  type Content = any;
  const changes: [string, string, (content: Content) => void, string | string[]][] = [
    [
      'when one anchor of a tie belongs to another box',
      'anchors.json.gz',
      ({ assign }) => {
        const [anchor, box] = assign[0].positives[0];
        assign[0].gt_inds.data[anchor] = box === 1 ? 2 : 1;
      },
      'assign retinanet',
    ],
    [
      'when an anchor is a thousandth of a pixel off',
      'anchors.json.gz',
      ({ generators }) => {
        generators[1].pictures[1].anchors_full.data[5000] += 1e-3;
      },
      'rpn anchors',
    ],
    [
      'when a point belongs to another class',
      'fcos_head.json',
      ({ cases }) => {
        const { labels, pos_inds } = cases[1].targets;
        labels.data[pos_inds.data[3]] = 3;
      },
      'fgd_student_center_sampling_norm_giou',
    ],
    [
      'when a mask is a pixel larger',
      'solo_head.json',
      ({ cases }) => {
        cases[0].results[1].mask_areas[3] += 1;
      },
      'solo_v1',
    ],
    [
      'when boxes are kept in another order',
      'ops.json',
      ({ nms }) => {
        const { data } = nms[6].keep;
        [data[0], data[1]] = [data[1], data[0]];
      },
      'nms iou_exactly_at_threshold',
    ],
    [
      'when official ties cannot have come out so',
      'ops.json',
      ({ batched_nms }) => {
        const { data } = batched_nms[2].keep;
        data[3] = [...Array(80).keys()].find((index) => !data.includes(index));
      },
      'batched_nms 3',
    ],
    [
      'when one byte of a resized picture is one less',
      'preprocess.json.gz',
      ({ imresize }) => {
        imresize[0].output_uint8.data[77] -= 1;
      },
      'imresize 1',
    ],
    [
      'when an anchor between the thresholds counts as background',
      'retina_head.json.gz',
      ({ cases }) => {
        cases[0].losses_f64.loss_cls.levels[1] *= 1.0001;
      },
      'retina_loss, targets',
    ],
    [
      'when a detection has another class',
      'retina_head.json.gz',
      ({ cases }) => {
        cases[4].detections[1].labels.data[3] += 1;
      },
      'retina_decode 5',
    ],
    [
      'when the largest gradient of a focal loss is a thousandth off',
      'ops.json',
      ({ focal }) => {
        for (const { data } of [focal[0].grad, focal[0].grad_f64]) {
          data[data.indexOf(Math.max(...data))] *= 1.001;
        }
      },
      ['focal 1, recorded', 'focal 1, eager'],
    ],
    [
      'when the gradient of one delta has the other sign',
      'retina_head.json.gz',
      ({ cases }) => {
        const { data } = cases[0].grads.bbox_preds[0];
        const at = data.findIndex((value: number) => value !== 0);
        data[at] *= -1;
      },
      ['retina_loss, recorded', 'retina_loss, eager'],
    ],
    [
      'when a parameter that is frozen has a gradient, and when the pyramid is another',
      'retinanet_r18.json',
      (content) => {
        content.train.grad.frozen.pop();
        content.eval.fpn[2].first[5] += 1e-3 * content.eval.fpn[2].maxabs;
        content.train.losses_f64.loss_bbox.levels[1] += 1e-3;
      },
      ['maps', 'losses', 'gradients'],
    ],
    [
      'when another anchor is assigned, and when GFL weighs a level otherwise',
      'gfl_r18.json',
      ({ train }) => {
        train.positives[0].data[3] += 1;
        train.losses_f64.loss_dfl.levels[0] *= 1.001;
      },
      ['assignment', 'losses'],
    ],
    [
      'when one gradient of RoIAlign is a hundredth off',
      'roi_align.json.gz',
      ({ cases }) => {
        const { data } = cases[2].grad_feature;
        data[data.indexOf(Math.max(...data))] *= 1.01;
      },
      ['roi_align 3, recorded', 'roi_align 3, eager'],
    ],
    [
      'when another negative is sampled',
      'rcnn_heads.json.gz',
      ({ cases }) => {
        cases[0].sampled[1].neg_inds.data[7] += 1;
      },
      'rpn_loss, targets',
    ],
  ];
  for (const [name, file, change, failing] of changes) {
    it(name, async (t) => {
      const folder = temporaryFolder(t);
      const content = structuredClone(readGolden(golden, `det/${file}`).content);
      change(content);
      mkdirSync(join(folder, 'det'));
      writeFileSync(join(folder, 'det', file.replace('.gz', '')), JSON.stringify(content));
      const { cases } = await verifyGolden(folder);
      const failed = cases.filter(({ ok }) => !ok).map((each) => each.name);
      assert.deepEqual(failed, [failing].flat());
    });
  }
});
