import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RedistillError } from '../../../common/errors.ts';
import type { GoldenFile } from '../../../contract/parity.ts';
import { fasterRcnnSpec } from '../../../runners/parity/det/rcnn-config.ts';
import { GoldenNode, goldenPaths, readGolden } from '../../../runners/parity/golden.ts';
import { checkFor } from '../../../runners/parity/registry.ts';
import { segnetConfig } from '../../../runners/parity/seg/segnet-config.ts';
import { isSettingPlace, settingsNotRead } from '../../../runners/parity/settings.ts';

const folder = fileURLToPath(new URL('../../../reference/golden', import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: parsed JSON of many forms
type Json = any;

/** Small files with the settings that each of their checks hands to the product. */
const swept = goldenPaths(folder).filter(
  (path) =>
    /^(losses|segm)\//.test(path) ||
    /^optim\/(optimizers|schedules)\.json/.test(path) ||
    /^det\/(anchors|ops|roi_align|rcnn_heads|retina_head|deform_conv)\.json/.test(path),
);

/** Settings that change no number, and why. */
const withoutEffect: readonly [file: RegExp, place: RegExp, reason: string][] = [
  [/losses\/ctkd/, /hyper\.official$/, 'a remark: it is repeated beside the result'],
  [/losses\/ofa_hetero_(vit|swin|small)/, /feature_dim_t$/, 'heads of tokens do not look at the teacher'],
  [/losses\/ofa_hetero_vit/, /stage_shapes\.[23]$/, 'stages without a head'],
  [/det\/deform_conv/, /grad_f32_vs_f64\.offset$/, 'the noise of the gradient of a tensor of that name'],
  [/losses\/rkd/, /hyper\.eps$/, '1e-12 beside squares of distances of the order of 1'],
]; // biome-ignore format: a table

/** Places of settings by their kind: all temperatures of a file are `cases[].hyper.temperature`. */
function kindsOfSettings(content: Json): Map<string, string[]> {
  const kinds = new Map<string, string[]>();
  const visit = (value: Json, place: string): void => {
    if (value === null) return;
    const isLeaf =
      typeof value !== 'object' ||
      (Array.isArray(value) && value.every((item) => typeof item === 'number'));
    if (isLeaf) {
      if (!isSettingPlace(place)) return;
      const kind = place.replaceAll(/\[\d+\]/g, '[]');
      kinds.set(kind, [...(kinds.get(kind) ?? []), place]);
    } else {
      for (const [key, item] of Object.entries(value)) {
        const below = Array.isArray(value)
          ? `${place}[${key}]`
          : place === ''
            ? key
            : `${place}.${key}`;
        visit(item, below);
      }
    }
  };
  visit(content, '');
  return kinds;
}

/**
 * Other values of the same kind; of a number, which may be a bound, a larger, a much larger and a
 * much smaller one.
 */
function others(value: Json): Json[] {
  if (typeof value === 'number') {
    return value === 0 ? [1] : [value * 2, value * 10, Math.trunc(value / 10)];
  }
  if (typeof value === 'boolean') return [!value];
  if (Array.isArray(value)) {
    const [first = 0, ...rest] = value;
    return others(first).map((one) => [one, ...rest]);
  }
  const counted = /^\d/.test(value);
  return [counted ? `${Number.parseInt(value, 10) + 1}${value.slice(1)}` : `${value}, otherwise`];
}

/**
 * Copies of the file with other values at a place; of the cases of a loss only the one that has the
 * place.
 */
function changed(file: GoldenFile, place: string): GoldenFile[] {
  const keys = place.split(/[.[\]]+/).filter((key) => key !== '');
  const parentOf = (content: Json) => keys.slice(0, -1).reduce((at, key) => at[key], content);
  const last = keys.at(-1) as string;
  return others(parentOf(file.content)[last]).map((value) => {
    const content = structuredClone(file.content) as Json;
    parentOf(content)[last] = value;
    if (file.path.startsWith('losses/') && keys[0] === 'cases') {
      content.cases = [content.cases[Number(keys[1])]];
      if (content.schedule !== undefined) content.schedule = content.schedule.slice(0, 1);
    }
    return { path: file.path, content };
  });
}

/** The changes at some places, each made when it is asked for. */
function* changes(file: GoldenFile, places: readonly string[]): Generator<GoldenFile> {
  for (const place of places) yield* changed(file, place);
}

/** Whether a check notices, be it that the product refuses the value. */
async function notices(file: GoldenFile): Promise<boolean> {
  try {
    const cases = (await (await checkFor(file.path, 'eager'))?.(file)) ?? [];
    return cases.some(({ ok }) => !ok);
  } catch (error) {
    if (error instanceof RedistillError || error instanceof RangeError) return true;
    throw error;
  }
}

for (const path of swept) {
  test(`${path}: another value of any setting fails, or is refused`, async () => {
    const file = readGolden(folder, path);
    const kinds = kindsOfSettings(file.content);
    const missed: string[] = [];
    for (const [kind, places] of kinds) {
      if (withoutEffect.some(([of, which]) => of.test(path) && which.test(kind))) continue;
      // In some cases a setting does nothing: equal networks, thresholds that nothing reaches.
      let noticed = false;
      for (const one of changes(file, places)) {
        noticed ||= await notices(one);
        if (noticed) break;
      }
      if (!noticed) missed.push(kind);
    }
    assert.deepEqual(missed, []);
  });
}

for (const [path, read] of [
  ['det/faster_rcnn_r18.json', fasterRcnnSpec],
  ['segnet/deeplabv3_r18.json', segnetConfig],
  ['segnet/pspnet_r18.json', segnetConfig],
  ['segnet/torchdistiller_pspnet_r18.json', segnetConfig],
] as const) {
  test(`${path}: every value of the config is what the product is built from, or is refused`, () => {
    const file = readGolden(folder, path);
    const built = JSON.stringify(read(GoldenNode.of(file)));
    const missed: string[] = [];
    const { config } = file.content as Json;
    for (const place of [...kindsOfSettings({ config }).values()].flat()) {
      if (/backbone\.(frozen_stages|norm_eval)$|assigner\./.test(place)) continue;
      try {
        const [one] = changed(file, place) as [GoldenFile];
        if (JSON.stringify(read(GoldenNode.of(one))) === built) missed.push(place);
      } catch (error) {
        if (!(error instanceof RedistillError)) throw error;
      }
    }
    assert.deepEqual(missed, []);
  });
}

test('DeepLabV3 with other dilations differs from the official numbers', async () => {
  const file = readGolden(folder, 'segnet/deeplabv3_r18.json');
  const content = structuredClone(file.content) as Json;
  content.config.decode_head.dilations = [1, 6, 12, 18];
  assert.ok(await notices({ path: file.path, content }));
});

test('a setting that no check reads is named', async () => {
  const file = readGolden(folder, 'losses/kd.json');
  const content = structuredClone(file.content) as Json;
  content.cases = content.cases.slice(0, 2);
  content.cases[1].hyper.label_smoothing = 0.1;
  const unknown = { path: file.path, content };
  await (await checkFor(file.path, 'eager'))?.(unknown);
  assert.deepEqual(settingsNotRead(unknown), ['cases[1].hyper.label_smoothing']);
});
