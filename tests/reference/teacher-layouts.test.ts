import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readLayout } from '../../reference/teachers/layouts.ts';
import { loadTeacherReleases, teachersOf } from '../../reference/teachers/loader.ts';
import { networkOf } from '../../runners/catalogue/networks.ts';
import { layouts, renamed } from '../../runners/weights/checkpoints/layouts.ts';
import { isFixed } from '../../runners/weights/network-state.ts';

const teachers = loadTeacherReleases().flatMap((release) =>
  release.files.flatMap(teachersOf).map((teacher) => ({ release: release.id, ...teacher })),
);

/**
 * Where the tensors of a release and those of the network here differ; empty where the weights can
 * be read.
 */
function differences(model: string, layout: string): readonly string[] {
  const { tensors, classes } = readLayout(layout);
  const here = networkOf(model, classes).params.map(({ name, torchShape }) => [name, torchShape]);
  const wanted = new Map(here.map(([name, shape]) => [name as string, String(shape)]));
  const given = tensors.filter(([name]) => !isFixed(name));
  const official = new Map(given.map(([name, shape]) => [name, String(shape)]));
  const forms = [official, ...layouts.flatMap((each) => renamed(each, official) ?? [])];
  const found = forms.map((form) =>
    [...new Set([...wanted.keys(), ...form.keys()])]
      .filter((name) => wanted.get(name) !== form.get(name))
      .map((name) => `${name}: here ${wanted.get(name)}, there ${form.get(name)}`),
  );
  return found.reduce((best, each) => (each.length < best.length ? each : best));
}

test('the network here has the names and shapes of every release that may teach, and of no other', () => {
  for (const { release, model, layout, unfit } of teachers) {
    const found = differences(model, layout);
    if (unfit === null) assert.deepEqual(found, [], `${release}: ${model}`);
    else assert.notDeepEqual(found, [], `${release}: ${model} fits, and is marked as unfit`);
  }
});

test('every layout is of a release, and says where it is from', () => {
  const folder = join(import.meta.dirname, '../../reference/teachers/layouts');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json.gz'));
  const used = new Set(teachers.map(({ layout }) => `${layout}.json.gz`));
  assert.deepEqual(
    files.filter((name) => !used.has(name)),
    [],
  );
  for (const { layout } of teachers) assert.match(readLayout(layout).source, /[ @/]/);
});
