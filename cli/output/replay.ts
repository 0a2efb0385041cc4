import { changesText } from '../../app/run/changes-text.ts';
import { plural } from '../../reports/format.ts';
import type { Replay } from '../../runners/executors/replay.ts';

/** A replay for people: what was compared, what differs, and what may be made of it. */
export function replayLines(
  replay: Replay,
  {
    numericsChanges,
    sameProcessor,
  }: { readonly numericsChanges: readonly string[]; readonly sameProcessor: boolean },
): readonly string[] {
  const { run, equal, steps, comparedSteps, chainedSteps, firstStep, firstChain } = replay;
  const compared = [
    ...(comparedSteps > 0 ? [`${plural(comparedSteps, 'loss', 'losses')} one by one`] : []),
    ...(chainedSteps > 0 ? [`the chain of loss bits up to step ${chainedSteps}`] : []),
  ];
  const lines = [
    `${plural(steps, 'step')} of ${run} replayed; compared: ${compared.join(', ') || 'nothing'}.`,
  ];
  if (firstStep !== null) {
    const { step, then, now } = firstStep;
    lines.push(`Differs from step ${step} on: the loss was ${then} and is ${now}.`);
  } else if (firstChain !== null && comparedSteps > 0) {
    lines.push(
      equal
        ? `Losses agree within the tolerance (largest relative difference ${replay.largestDifference.toExponential(1)}); their bits do not.`
        : `Differs between steps ${comparedSteps + 1} and ${firstChain}: the chain of loss bits is another.`,
    );
  } else if (firstChain !== null) {
    lines.push(`Differs by step ${firstChain}: the chain of loss bits is another.`);
  } else {
    lines.push(
      replay.largestDifference === 0
        ? 'Equal, bit for bit.'
        : `Equal within the tolerance; largest relative difference ${replay.largestDifference.toExponential(1)}.`,
    );
  }
  if (numericsChanges.length > 0) {
    lines.push(
      `The numerics have changed since (${changesText(numericsChanges)}): equal bits are not promised.`,
    );
  }
  if (!sameProcessor) {
    lines.push('The run was measured on another processor: equal bits are not promised.');
  }
  return lines;
}
