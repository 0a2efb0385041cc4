import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ParityCase } from '../../../contract/parity.ts';
import { checkFor, verifyGolden } from '../../../runners/parity/registry.ts';
import { temporaryFolder } from '../../results/temporary.ts';

const golden = fileURLToPath(new URL('../../../reference/golden', import.meta.url));

const failures = (cases: readonly ParityCase[]) => cases.filter(({ ok }) => !ok);

describe('official numbers', () => {
  // Both modes of the losses are in tests/runners/distillers; deep networks recorded are in
  // `redistill verify`.
  for (const [only, mode, least] of [
    ['models/*', 'eager', 121],
    ['models/cifar_resnet8*', 'recorded', 14],
    ['optim/*', 'recorded', 26],
    ['optim/*', 'eager', 26],
    ['trajectory/*', 'recorded', 23],
    ['coco/*', 'eager', 11],
    ['segm/*', 'eager', 8],
    ['segnet/*', 'eager', 12],
  ] as const) {
    it(`${only} ${mode}`, async () => {
      const result = await verifyGolden(golden, { only, mode });
      assert.deepEqual(failures(result.cases), []);
      assert.ok(result.passed >= least, `only ${result.passed} cases`);
      assert.deepEqual(result.notCovered, []);
    });
  }
});

/** A golden folder with one file, changed. */
function changed(
  t: TestContext,
  path: string,
  change: (content: Record<string, never>) => void,
): string {
  const folder = temporaryFolder(t);
  const content = JSON.parse(readFileSync(join(golden, path), 'utf8'));
  change(content);
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify(content));
  return folder;
}

describe('a check fails', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the tests change parsed JSON of many forms
  type Content = any;
  const changes: [string, string, (content: Content) => void, string][] = [
    [
      'when one logit is off by a hundred-thousandth of the largest times twenty',
      'models/cifar_resnet8.json',
      (content) => {
        content.eval.logits.data[7] += 2e-4 * content.eval.logits_maxabs;
      },
      'eval',
    ],
    [
      'when the running variance is the biased one',
      'models/cifar_resnet8.json',
      (content) => {
        // 4 pictures of 8x8: the correction is 256/255 of a tenth of the variance.
        const { first } = content.train.bn_after['layer3.0.downsample.1'].running_var;
        first[0] -= 0.1 / 256;
      },
      'running statistics',
    ],
    [
      'when two tensors of the state are swapped',
      'models/cifar_resnet8.json',
      (content) => {
        const dict = content.state_dict;
        [dict[1], dict[2]] = [dict[2], dict[1]];
      },
      'structure',
    ],
    [
      'when patch logits are in another order',
      'models/cifar_resnet8.json',
      (content) => {
        const { data } = content.sdd.M['[1,2,4]'].patch_logits_eval.sample0;
        [data[1], data[2]] = [data[2], data[1]];
      },
      'patch logits [1,2,4]',
    ],
    [
      'when one pooled feature of a batch is another',
      'models/imagenet_md_MobileNetV1.json',
      (content) => {
        const { first } = content.train.pooled_feat;
        first[3] += 1e-3 * Math.max(...first);
      },
      'train',
    ],
    [
      'when the KD term of a later step is another',
      'trajectory/vgg13__vgg8.json',
      (content) => {
        content.runs = { KD: content.runs.KD };
        content.runs.KD.steps[1].kd_weighted *= 1.0003;
        content.runs.KD.f64.steps[1].kd_weighted *= 1.0003;
      },
      'KD',
    ],
    [
      'when momentum is another',
      'optim/optimizers.json',
      (content) => {
        content.runs[1].hyper.momentum = 0.8999;
      },
      'sgd_momentum quadratic',
    ],
    [
      'when a detection scores a little more than the next',
      'coco/set3.json',
      (content) => {
        const ones = content.dets_bbox.filter(
          (each: { category_id: number }) => each.category_id === 11,
        );
        ones[1].score = ones[0].score + 0.001;
      },
      'bbox',
    ],
    [
      'when one pixel of a label is another class',
      'segm/metrics.json',
      (content) => {
        const { data } = content.cases[0].labels[0];
        data[5] = (data[5] + 1) % 5;
      },
      'basic',
    ],
    [
      'when a decay comes an epoch later',
      'optim/schedules.json',
      (content) => {
        content.schedules[3].milestones[0] += 1;
      },
      'torch_multistep',
    ],
    [
      'when five steps are taken without weight decay',
      'trajectory/resnet32x4__resnet8x4.json',
      (content) => {
        content.runs = { KD_LSKD: content.runs.KD_LSKD };
        content.teacher_logits_eval = undefined;
        content.optimizer.weight_decay = 0;
      },
      'KD_LSKD',
    ],
  ];
  for (const [name, path, change, failing] of changes) {
    it(name, async (t) => {
      const { cases, failed } = await verifyGolden(changed(t, path, change), { mode: 'eager' });
      assert.ok(failed > 0);
      assert.ok(
        failures(cases).some((each) => each.name === failing),
        JSON.stringify(failures(cases)),
      );
    });
  }
});

describe('verifyGolden', () => {
  it('fails a malformed file as one case, and still checks the others', async (t) => {
    const folder = changed(t, 'optim/schedules.json', () => {});
    writeFileSync(join(folder, 'optim/optimizers.json'), '{"runs":[]}');
    const { cases, failed } = await verifyGolden(folder, { mode: 'eager' });
    assert.equal(failed, 1);
    assert.match(failures(cases)[0]?.note ?? '', /optimizers\.json: .* has no "quadratic_problem"/);
    assert.ok(cases.length > 1);
  });

  it('lists what no check claims instead of passing it', async (t) => {
    const folder = changed(t, 'optim/schedules.json', () => {});
    mkdirSync(join(folder, 'models'));
    writeFileSync(join(folder, 'models/cifar_transformer.json'), '{}');
    const { notCovered, cases } = await verifyGolden(folder);
    assert.deepEqual(notCovered, ['models/cifar_transformer.json']);
    assert.ok(cases.every(({ file }) => file === 'optim/schedules.json'));
  });

  it('knows compressed files under the same names', async () => {
    assert.notEqual(await checkFor('losses/kd.json.gz', 'eager'), null);
    assert.notEqual(await checkFor('trajectory/resnet56__resnet20.json.gz', 'eager'), null);
    assert.equal(await checkFor('trajectory/resnet56__unknown.json', 'eager'), null);
  });
});
