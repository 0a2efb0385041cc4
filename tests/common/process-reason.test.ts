import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { processReason } from '../../common/process-reason.ts';

describe('why a process failed', () => {
  it('is what an uncaught error says, not the end of its stack', () => {
    const stderr = `/x/y.ts:3
  throw new TypeError('no such file');
  ^

TypeError: no such file
    at z (/x/y.ts:3:9)

Node.js v22.0.0
`;
    assert.equal(processReason(stderr), 'TypeError: no such file');
  });

  it('is what a command of ours says, without its hint', () => {
    const stderr = `warning
redistill: The GPU that was asked for is not there. [GPU_MISSING]
  Run redistill doctor.
`;
    assert.equal(processReason(stderr), 'The GPU that was asked for is not there. [GPU_MISSING]');
  });

  it('is the last line of anything else, and empty where nothing was said', () => {
    assert.equal(processReason('one\n two \n\n'), 'two');
    assert.equal(processReason(''), '');
  });
});
