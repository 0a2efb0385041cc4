import type { StepBench } from '../../bench/step.ts';
import { renderTable } from './table.ts';

/** The step bench for people: conditions, then a row per case. */
export function benchLines({ conditions, results }: StepBench): string[] {
  const { hardware, threads, tensorflow, batch, device } = conditions;
  return [
    `Milliseconds per training step (median), batch ${batch}, ${hardware.gpu ?? hardware.cpu}, ${hardware.cores} cores, ` +
      `${threads.intra} threads, TensorFlow ${tensorflow} on the ${device.toUpperCase()}`,
    '',
    ...renderTable(
      [
        { title: 'step' },
        { title: 'recorded', align: 'right' },
        { title: 'eager', align: 'right' },
        { title: 'eager / recorded', align: 'right' },
        { title: 'peer', align: 'right' },
      ],
      results.map(({ name, ours_ms, eager_ms, peer_ms }) => [
        name,
        ours_ms.toFixed(1),
        eager_ms.toFixed(1),
        (eager_ms / ours_ms).toFixed(2),
        peer_ms?.toFixed(1) ?? '-',
      ]),
    ),
  ];
}
