import type { WorkspaceBench } from '../../bench/workspace-bench.ts';
import { renderTable } from './table.ts';

/** The benches of store and report for people: conditions, then a row per measurement. */
export function workspaceBenchLines({ conditions, results }: WorkspaceBench): string[] {
  const { hardware, size, load } = conditions;
  return [
    `${size.cells} cells, ${size.epochRows} epochs, ${hardware.cpu}, ${hardware.cores} cores, load ${load.toFixed(1)}`,
    '',
    ...renderTable(
      [
        { title: 'what' },
        { title: 'seconds', align: 'right' },
        { title: 'CPU seconds', align: 'right' },
        { title: 'peak MiB', align: 'right' },
      ],
      results.map(({ name, ours_ms, cpu_ms, peak_mib }) => [
        name === 'store' ? 'ingest of all journals' : 'report of all pages',
        (ours_ms / 1000).toFixed(1),
        (cpu_ms / 1000).toFixed(1),
        peak_mib.toFixed(0),
      ]),
    ),
  ];
}
