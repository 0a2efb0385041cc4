import { setupCommand } from '../../../common/installation.mjs';
import { doctor } from '../../doctor.ts';
import { figure, type GpuCheckPart } from '../part.ts';

/** For a CPU build on a machine whose driver names no GPU, where doctor misses nothing. */
const noDriver = `Nor does nvidia-smi name one: install an NVIDIA driver, then run "TF=cuda ${setupCommand}".`;

export const part: GpuCheckPart = {
  title: 'The machine',
  about:
    'What redistill doctor finds. Passes where nothing is missing and TensorFlow computes on the device that was asked for.',
  limit: 30,
  withoutGpu: true,
  async run({ device, folder, environment, signal }) {
    const { ok, findings, facts } = await doctor(
      { workspace: folder },
      { cwd: folder, environment, signal },
    );
    const missing = findings.filter(({ state }) => state === 'missing');
    const found = findings.find(({ id }) => id === 'device');
    const onGpu = facts.tensorflow.kind === 'loaded' && facts.tensorflow.usesGpu;
    const fits = device === 'cpu' || onGpu;
    const trouble = missing.map(({ title, value }) => `${title}: ${value}`).join('; ');
    return {
      passed: ok && fits,
      sentence: !ok
        ? `Missing: ${trouble}`
        : fits
          ? (found?.value ?? '')
          : `TensorFlow sees no GPU here. ${found?.advice ?? noDriver}`,
      figures: [
        figure('GPUs that the driver names', facts.gpus.length, '1'),
        figure('cores', facts.processor.cores, '1'),
        figure('memory available', facts.memory.available / 2 ** 30, 'GiB'),
      ],
    };
  },
};
