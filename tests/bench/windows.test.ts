import assert from 'node:assert/strict';
import { it } from 'node:test';
import { decisive } from '../../bench/windows.ts';

const window = (variant: string | null, ours: number[], peer: number[]) => ({
  variant,
  ours,
  peer,
  processor: { ours: [], peer: [] },
});

it('sides are compared within the window in which the peer comes off best', () => {
  // The machine was slower while "plain" ran: by its time alone "folded" would win, and ours of
  // both together would lose.
  const plain = window('plain', [12, 12, 12], [13, 13, 13]);
  const folded = window('folded', [10, 10, 30], [12, 12, 12]);
  assert.equal(decisive([plain, folded]), plain);
  assert.equal(decisive([folded, plain]), plain);
});

it('a peer that shares its teacher is printed, and never the one to compare with', () => {
  const own = window('folded', [10], [20]);
  assert.equal(decisive([window('folded, shared teacher', [10], [8]), own]), own);
});

it('without a peer there is one window', () => {
  const alone = window(null, [5], []);
  assert.equal(decisive([alone]), alone);
});
