import type { GpuCheckPartRecord, GpuCheckRecord } from '../../contract/gpu-check.ts';
import { schemaVersion } from '../../contract/spec.ts';

const part = (
  id: string,
  result: GpuCheckPartRecord['result'],
  figures: GpuCheckPartRecord['figures'] = [],
): GpuCheckPartRecord => ({
  ...{ id, result, figures, seconds: 12.5, limit: 70 },
  title: `What ${id} asks`,
  about: `A part that is called ${id}. Passes where all is as it should be, and says so at length.`,
  sentence: `It was found that losses/${id}.json, B1_4to4_4x4_boxes[1] has much to say in one word.`,
});

/** A check with every result, and figures with and without a peer. */
export const gpuCheckSample: GpuCheckRecord = {
  schemaVersion,
  startedAt: '2026-01-03T05:00:00.000Z',
  seconds: 402.5,
  device: 'gpu',
  gpuSeen: true,
  environment: {
    ...{ cpu: 'Test CPU 3000', cores: 2, memoryGiB: 8, gpu: 'Test GPU 9', os: 'Linux 6.1' },
    ...{ node: 'v22.12.0', tensorflow: '2.18.0', torch: '2.9.0', load: 1.1 },
    ...{ commit: 'abcdef0123456789abcdef0123456789abcdef01', dirty: false },
  },
  parts: [
    part('verify', 'passed', [{ name: 'cases', value: 292, unit: '1', peer: null }]),
    part('steps', 'failed', [
      { name: 'kd-resnet32x4-resnet8x4', value: 20.25439, unit: 'ms', peer: 24.3 },
      { name: 'kd-resnet32x4-resnet8x4, nodes of its graph', value: 1050, unit: '1', peer: null },
    ]),
    part('cohort', 'not-shown'),
  ],
};
