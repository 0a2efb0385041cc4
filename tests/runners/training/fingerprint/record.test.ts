import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../../../common/canonical.ts';
import type { ReachedFile } from '../../../../runners/training/fingerprint/closure.ts';
import { numericsChanges, recordOf } from '../../../../runners/training/fingerprint/record.ts';

const file = (path: string, text: string, ...names: number[]): ReachedFile => ({
  path,
  digest: sha256(text),
  names,
});
const record = (...files: readonly ReachedFile[]) =>
  recordOf(sha256(JSON.stringify(files)), {}, files, {});

describe('what makes two fingerprints differ', () => {
  const before = record(file('a.ts', 'a', 1, 2), file('b.ts', 'b'), file('c.ts', 'c'));

  it('is nothing for equal ones', () => {
    assert.deepEqual(numericsChanges(before, before), []);
  });

  it('is a file that was edited, came or went, and none that moved', () => {
    const changes = (...files: readonly ReachedFile[]) => numericsChanges(before, record(...files));
    const [a, b, c] = [file('a.ts', 'a', 1, 2), file('b.ts', 'b'), file('c.ts', 'c')];
    assert.deepEqual(changes(a, file('b.ts', 'other'), c), ['b.ts']);
    assert.deepEqual(changes(file('a.ts', 'a', 1), b), ['c.ts (gone)']);
    assert.deepEqual(changes(a, b, c, file('d.ts', 'd')), ['d.ts (new)']);
    assert.deepEqual(changes(file('a.ts', 'x', 1, 2), file('x/b.ts', 'b'), c), ['a.ts']);
    // Another file has taken the place of one that moved.
    assert.deepEqual(changes(a, file('x/b.ts', 'b'), c, file('b.ts', 'new')), ['b.ts']);
  });

  it('is a file that names another one than before, where nothing else is', () => {
    const files = [file('b.ts', 'b'), file('c.ts', 'c')];
    assert.deepEqual(numericsChanges(before, record(file('a.ts', 'a', 2, 1), ...files)), ['a.ts']);
  });

  it('is never nothing for different ones', () => {
    const other = { ...before, fingerprint: 'f'.repeat(64) };
    assert.deepEqual(numericsChanges(before, other), ['how the fingerprint is computed']);
  });
});
