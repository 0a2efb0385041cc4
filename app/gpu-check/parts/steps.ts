import { benchSteps } from '../../../bench/step.ts';
import { figure, type GpuCheckPart } from '../part.ts';

/** Seconds of our steps for each case. */
const seconds = 2;

export const part: GpuCheckPart = {
  title: 'Time of a training step',
  about:
    'Steps of a batch of 64 pictures, in turn with PyTorch on the same device where the Python of REDISTILL_PYTHON has it. Passes where steps are measured; the figures are to be read.',
  limit: 90,
  async run({ device, environment, signal }) {
    const { results, conditions } = await benchSteps({
      suite: 'step',
      layouts: [{ workers: 1, threads: 1 }],
      seconds,
      python: environment['REDISTILL_PYTHON'] ?? 'python3',
      device,
      eager: false,
      compiled: false,
      signal,
      onCase() {},
    });
    const where = device === 'gpu' ? 'a PyTorch with CUDA' : 'a PyTorch';
    return {
      passed: results.every(({ ours_ms }) => ours_ms > 0),
      sentence:
        conditions.torch === null
          ? `Not shown beside PyTorch: no Python here has ${where} (REDISTILL_PYTHON names one).`
          : `Beside PyTorch ${conditions.torch}; medians.`,
      torch: conditions.torch,
      figures: results.flatMap(({ name, ours_ms, peer_ms, first_step_ms, nodes }) => [
        figure(name, ours_ms, 'ms', peer_ms),
        figure(`${name}, first step with its recording`, first_step_ms, 'ms'),
        ...(nodes === null ? [] : [figure(`${name}, nodes of its graph`, nodes[device], '1')]),
      ]),
    };
  },
};
