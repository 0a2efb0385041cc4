import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measuredSteps } from '../../cli/measured-steps.ts';
import { stepKey } from '../../suites/price.ts';
import { makeEnvironment, makeJournal, makeSpec, writeJournal } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

const machine = { cpu: 'Test CPU 3000', cores: 2 };

test('every epoch measured on this machine counts, others do not', (t) => {
  const workspace = temporaryFolder(t);
  const spec = makeSpec({ seed: 1 });
  const again = makeSpec({ seed: 2 });
  const elsewhere = makeEnvironment({
    hardware: { cpu: 'Another CPU', cores: 64, memoryGiB: 8, gpu: null },
  });
  const here = [spec, again].map((each) => makeJournal({ spec: each, accuracies: [1, 2] }));
  for (const lines of here) writeJournal(workspace, lines);
  writeJournal(
    workspace,
    makeJournal({ spec: makeSpec({ seed: 3 }), accuracies: [1], environment: elsewhere }),
  );
  const epochs = here.flat().flatMap((line) => (line.type === 'epoch' ? [line.msPerStep] : []));
  const measured = measuredSteps(workspace, machine);
  assert.equal(stepKey(spec), stepKey(again));
  assert.deepEqual([...measured.keys()], [stepKey(spec)]);
  assert.deepEqual(measured.get(stepKey(spec))?.toSorted(), epochs.toSorted());
});

test('a workspace without journals measured nothing', (t) => {
  assert.equal(measuredSteps(temporaryFolder(t), machine).size, 0);
});
