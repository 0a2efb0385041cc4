import type { WorkspaceBench } from '../../bench/workspace-bench.ts';
import { lookUp } from '../../common/look-up.ts';
import { renderTable } from './table.ts';

const names = {
  store: 'ingest of all journals',
  report: 'report of all pages',
  journal: 'journal, each line synced',
} as const;

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
        { title: 'rate', align: 'right' },
      ],
      results.map(({ name, ours_ms, cpu_ms, peak_mib, per_second, counted }) => [
        lookUp(names, name) ?? name,
        (ours_ms / 1000).toFixed(1),
        (cpu_ms / 1000).toFixed(1),
        peak_mib.toFixed(0),
        `${per_second.toFixed(0)} ${counted}/s`,
      ]),
    ),
  ];
}
