import type { EndState } from '../../contract/journal-types.ts';
import { workerExit } from '../../contract/request.ts';
import type { RunState } from '../../contract/run-state.ts';
import type { TrialId } from '../../contract/spec.ts';
import type { WorkerExit } from './worker-process.ts';

/**
 * How a run ended, from its journal and its worker's exit. The journal's `end` line counts, if this
 * start wrote it; without one what the worker said, where its disk let it journal nothing more, and
 * at last how it died. Nobody completes without an `end` line.
 *
 * @param trial whose run it is, of those that the worker trained
 * @param linesBefore complete lines of the journal before this start
 * @param stopped whether we had asked the worker to end
 */
export function classifyExit(
  exit: WorkerExit,
  trial: TrialId,
  state: RunState,
  linesBefore: number,
  stopped: boolean,
): { readonly state: EndState; readonly reason: string } {
  if (state.end !== undefined && state.end.seq >= linesBefore) {
    return { state: state.end.state, reason: state.end.reason };
  }
  const said = exit.endings.get(trial) ?? exit.endings.get(null);
  if (said !== undefined && said.state !== 'completed') {
    return { state: said.state, reason: said.reason };
  }
  const words = exit.lastWords === '' ? '' : `: ${exit.lastWords}`;
  if (exit.killed !== null) {
    return {
      state: 'infrastructure',
      reason: `The worker ${exit.killed} and was killed${words}.`,
    };
  }
  if (stopped) {
    return { state: 'cancelled', reason: 'Stopped on request, without a last checkpoint.' };
  }
  if (exit.signal !== null) {
    const guess = exit.signal === 'SIGKILL' ? ' (perhaps the machine is out of memory)' : '';
    const reason =
      exit.signal === 'SPAWN'
        ? `The worker could not be started${words}.`
        : `The worker was ended by ${exit.signal}${guess}${words}.`;
    return { state: 'infrastructure', reason };
  }
  if (exit.code === workerExit.cancelled) {
    return { state: 'cancelled', reason: 'The worker was asked to stop.' };
  }
  if (exit.code === workerExit.completed) {
    return {
      state: 'infrastructure',
      reason:
        'The worker completed, but its journal does not say so: somebody removed or replaced the folder of the run.',
    };
  }
  return {
    state: exit.code === workerExit.infrastructure ? 'infrastructure' : 'failed',
    reason: `The worker ended with code ${exit.code} and no end in its journal${words}.`,
  };
}

/**
 * Whether a lack of memory seems to blame. The kernel kills what it has no memory for (that we did
 * it ourselves is said), V8 and C++ end a process that cannot go on without more, and a GPU that is
 * full is an error that the worker itself tells of.
 */
export function diedOfMemory(exit: WorkerExit): boolean {
  if (exit.killed !== null) return false;
  if (exit.signal === 'SIGKILL') return true;
  if (exit.signal === 'SIGABRT') return /out of memory|bad_alloc/.test(exit.lastWords);
  return [...exit.endings.values()].some(({ memory }) => memory);
}
