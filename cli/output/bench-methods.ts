import type { MethodsBench } from '../../bench/methods.ts';
import { renderTable } from './table.ts';

/** The bench of methods for people: conditions, then a row per method. */
export function methodsBenchLines({ conditions, results }: MethodsBench): string[] {
  const { hardware, tensorflow, batch, device, threads, pair } = conditions;
  return [
    `Milliseconds per recorded step of ${pair} (median), batch ${batch}, ${hardware.gpu ?? hardware.cpu}, ` +
      `${threads.intra} thread${threads.intra === 1 ? '' : 's'}, TensorFlow ${tensorflow} on the ${device.toUpperCase()}`,
    '',
    ...renderTable(
      [
        { title: 'method' },
        { title: 'ms', align: 'right' },
        { title: '±', align: 'right' },
        { title: 'against KD', align: 'right' },
        { title: '±', align: 'right' },
      ],
      results.map(({ name, ours_ms, against_kd, samples }) => [
        name,
        ours_ms.toFixed(1),
        samples.ours.mad.toFixed(1),
        against_kd.toFixed(2),
        samples.against_kd.mad.toFixed(2),
      ]),
    ),
  ];
}
