import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const suites = readdirSync(join(root, 'suites'))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => basename(name, '.yaml'));

describe('every suite at the scale smoke, as a user runs it', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'redistill-suites-'));
  after(() => rmSync(workspace, { recursive: true }));
  const redistill = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'cli/bin.js'), ...args, '--workspace', workspace],
      { encoding: 'utf8', maxBuffer: 2 ** 28 },
    );
    return { status, stdout, stderr };
  };

  for (const suite of suites) {
    test(suite, (context) => {
      const plan = JSON.parse(redistill('plan', `${suite}@smoke`, '--json').stdout).plan;
      if (plan.trials.length === 0) return context.skip('its data is not here');
      const first = redistill('run', `${suite}@smoke`);
      assert.equal(first.status, 0, first.stderr);
      const [state] = JSON.parse(redistill('status', `${suite}@smoke`, '--json').stdout).suites;
      assert.deepEqual(state.counts, { completed: plan.trials.length });
      assert.ok(existsSync(join(workspace, 'reports/out/index.html')));

      const again = redistill('run', `${suite}@smoke`, '--json');
      assert.equal(again.status, 0, again.stderr);
      const [unchanged] = JSON.parse(redistill('status', `${suite}@smoke`, '--json').stdout).suites;
      assert.deepEqual(unchanged, state, 'the second run measured something again');
    });
  }
});
