import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { denseMethodKinds } from '../../../runners/distillers/dense/kinds.ts';
import { type MethodId, methodKinds } from '../../../runners/distillers/kinds.ts';
import { pluginKinds } from '../../../runners/distillers/plugins/kinds.ts';
import type { Drivers, ParityDriver } from '../../../runners/parity/driver.ts';
import {
  denseMethodDrivers,
  methodDrivers,
  pluginDrivers,
} from '../../../runners/parity/drivers.ts';
import { goldenPaths } from '../../../runners/parity/golden.ts';
import { lossChecks } from '../../../runners/parity/losses.ts';

const golden = fileURLToPath(new URL('../../../reference/golden', import.meta.url));
const tables = [
  ['method', methodKinds, methodDrivers],
  ['plug-in', pluginKinds, pluginDrivers],
  ['method of maps', denseMethodKinds, denseMethodDrivers],
] as const;
const files = goldenPaths(golden)
  .filter((path) => path.startsWith('losses/'))
  .map((path) => path.replace(/\.gz$/, ''));

describe('parity drivers', () => {
  for (const [sort, kinds, drivers] of tables) {
    it(`are there for every ${sort}, or say why there is none`, async () => {
      assert.deepEqual(Object.keys(drivers).sort(), Object.keys(kinds).sort());
      for (const [id, driver] of Object.entries(drivers)) {
        if (typeof driver === 'function') assert.notDeepEqual(Object.keys(await driver()), [], id);
        else assert.match(driver.noGolden, /^[A-Z].{30,}\.$/, id);
      }
    });
  }

  it('are for golden files that are there, and leave none out', async () => {
    assert.deepEqual([...(await lossChecks()).keys()].sort(), files.sort());
  });

  it('share a file only where it is the same driver', async () => {
    const loaders = tables.flatMap(([, , drivers]) => Object.values(drivers));
    const loaded = new Set<ParityDriver>();
    for (const load of loaders) if (typeof load === 'function') loaded.add(await load());
    const claimed = [...loaded].flatMap((driver) => Object.keys(driver));
    assert.deepEqual(claimed.length, new Set(claimed).size);
  });

  it('cannot be left out of the table', () => {
    // @ts-expect-error every method but one
    const lacking: Drivers<MethodId> = (({ kd: _, ...others }) => others)(methodDrivers);
    assert.ok(!('kd' in lacking));
  });
});
