import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPython } from '../../bench/find-python.ts';

const among = (versions: Readonly<Record<string, string>>) => async (python: string) =>
  versions[python] ?? null;

test('the Python with the newest PyTorch is measured beside, the chosen one of equal ones', async () => {
  const versions = { python3: '1.13.1', 'python3.12': '2.15.0+cpu', 'python3.11': '2.9.1' };
  assert.equal(await findPython({}, among(versions)), 'python3.12');
  const active = { VIRTUAL_ENV: '/venv' };
  assert.equal(
    await findPython(active, among({ ...versions, '/venv/bin/python': '2.15.1' })),
    '/venv/bin/python',
  );
  assert.equal(await findPython(active, among(versions)), 'python3.12');
});

test('a named Python is taken as it is, and without any PyTorch there is the usual one', async () => {
  const never = async () => assert.fail('nobody is asked');
  assert.equal(await findPython({ REDISTILL_PYTHON: 'my-python' }, never), 'my-python');
  assert.equal(await findPython({}, among({})), 'python3');
});
