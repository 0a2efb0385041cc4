import type { Ending } from '../../contract/journal-types.ts';
import { countParameters } from '../networks/init.ts';
import type { LoadedNetwork, PreparedTask } from '../tasks/types.ts';
import { torchTensors, weightsHash } from '../weights/network-state.ts';
import { type MemberOptions, writeRunFiles } from './member.ts';

/**
 * Measures an imported teacher on the test set, by the same evaluation that follows an epoch of
 * training, and journals it as epoch 0. There is nothing to resume: an interrupted one begins anew.
 */
export async function evaluateTeacher(
  { request, journal, history, now, report }: MemberOptions,
  task: PreparedTask,
  { network, weights }: LoadedNetwork,
): Promise<void> {
  const started = now();
  const hash = weightsHash(torchTensors(network.params, weights));
  if (!history.some((line) => line.type === 'start')) {
    journal.append({
      type: 'start',
      parameters: countParameters(network),
      stepsPerEpoch: 0,
      initialWeights: hash,
    });
  }
  const { metrics, files = {} } = await task.measure(weights);
  writeRunFiles(request.runDirectory, files);
  const seconds = (now() - started) / 1000;
  journal.append({
    type: 'epoch',
    epoch: 0,
    step: 0,
    lr: 0,
    losses: {},
    metrics,
    lossChain: hash,
    trainSeconds: 0,
    evalSeconds: seconds,
    msPerStep: 0,
    peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  });
  const ending: Ending = { state: 'completed', reason: 'measured, not trained' };
  journal.append({
    type: 'end',
    ...ending,
    weights: hash,
    seconds: (now() - started) / 1000,
  });
  report({ type: 'end', trial: request.trial, ...ending });
}
