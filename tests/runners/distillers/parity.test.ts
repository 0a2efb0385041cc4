import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { GoldenFile } from '../../../contract/parity.ts';
import { goldenPaths, readGolden } from '../../../runners/parity/golden.ts';
import { lossChecks } from '../../../runners/parity/losses.ts';

const folder = fileURLToPath(new URL('../../../reference/golden', import.meta.url));
const stored = new Map(
  goldenPaths(folder)
    .filter((path) => path.startsWith('losses/'))
    .map((path) => [path.replace(/\.gz$/, ''), path]),
);

interface Case {
  name: string;
  outputs: { loss: number; loss_f64: number };
  grads: Record<string, { data: number[] }>;
}
const casesOf = (file: GoldenFile) => (file.content as { cases: Case[] }).cases;
const golden = (name: string) => readGolden(folder, stored.get(name) as string);

const checks = await lossChecks();

for (const [name, check] of checks) {
  test(`${name}: every case agrees with the official code, recorded and eager`, async () => {
    const file = golden(name);
    const results = await check(file);
    assert.deepEqual(
      results.filter(({ ok }) => !ok),
      [],
    );
    const seen = new Set(results.map((result) => result.name));
    assert.deepEqual(
      casesOf(file)
        .map((each) => each.name)
        .filter((each) => !seen.has(each)),
      [],
    );
  });
}

test('a check fails when an official loss, gradient or region weight is changed a little', async () => {
  const changes: [string, string, (each: Case) => void][] = [
    ['losses/kd.json', 'random_B4_C10_T4', (each) => scaleLoss(each)],
    ['losses/lskd.json', 'random_B4_C10_T4', (each) => perturb(each, 'logits_student')],
    ['losses/dkd.json', 'random_B4_C10_T4', (each) => perturb(each, 'logits_student')],
    ['losses/nkd.json', 'random_B4_C10_T4', (each) => scaleLoss(each)],
    ['losses/sdd_kd.json', 'mixed_B4_C10_N5', (each) => flipWeight(each)],
    ['losses/cwd.json', 'official_spatial_kl_2x5x4x6_tau1', (each) => scaleLoss(each)],
    [
      'losses/fgd.json',
      'B3_4to6_7x9_boxes[2, 1, 5]',
      (each) => perturb(each, 'param:channel_add_conv_t.1.weight'),
    ],
    ['losses/seg_attention.json', 'embedding', (each) => perturb(each, 'feat_student')],
    ['losses/seg_pairwise.json', 'odd_half', (each) => perturb(each, 'feat_student')],
    ['losses/seg_intraclass.json', 'stride8_odd', (each) => scaleLoss(each)],
    ['losses/rkd.json', 'B4_6_8_squared0', (each) => perturb(each, 'feat_student')],
    // Here everything cancels: a thousandth of weights / distance is 0.1, rounding noise of it less
    // than 1e-4.
    ['losses/rkd.json', 'B2_4_4_squared0', (each) => shift(each, 'feat_student', 1e-3)],
    ['losses/ctkd.json', 'global_kd_B3_C6_epoch15', (each) => perturb(each, 'param:mlp.global_T')],
  ];
  for (const [name, which, change] of changes) {
    const file = golden(name);
    const cases = casesOf(file).filter((each) => each.name === which);
    assert.equal(cases.length, 1);
    change(cases[0] as Case);
    const content = { ...(file.content as object), cases };
    const results = (await checks.get(name)?.({ ...file, content })) ?? [];
    assert.equal(results.find((result) => result.name === which)?.ok, false, `${name} ${which}`);
  }
});

/** Both, or the file would seem to record more noise. */
function scaleLoss({ outputs }: Case): void {
  outputs.loss *= 1 + 3e-5;
  outputs.loss_f64 *= 1 + 3e-5;
}

function perturb(each: Case, gradient: string): void {
  const { data } = each.grads[gradient] as { data: number[] };
  const size = Math.max(...data.map(Math.abs));
  data[0] = (data[0] as number) + 2e-4 * size;
}

function flipWeight(each: Case): void {
  const weights = (each.outputs as unknown as { region_weights: { data: number[] } })
    .region_weights;
  weights.data[1] = 3 - (weights.data[1] as number);
}

function shift(each: Case, gradient: string, by: number): void {
  const { data } = each.grads[gradient] as { data: number[] };
  data[0] = (data[0] as number) + by;
}
