import type { CocoBench } from '../../bench/coco.ts';
import { renderTable } from './table.ts';

/** The COCO bench for people: conditions, then a row per kind of overlap. */
export function cocoBenchLines({ conditions, results }: CocoBench): string[] {
  const { hardware, size, peer } = conditions;
  const seconds = (milliseconds: number | null) =>
    milliseconds === null ? '-' : (milliseconds / 1000).toFixed(1);
  return [
    `Seconds to read and evaluate ${size.images} pictures with ${size.detections} detections each (median), ` +
      `${hardware.cpu}, ${hardware.cores} cores; peer: ${peer === null ? 'pycocotools is not installed' : `pycocotools ${peer.pycocotools}, numpy ${peer.numpy}`}`,
    '',
    ...renderTable(
      [
        { title: 'case' },
        { title: 'ours', align: 'right' },
        { title: 'peer', align: 'right' },
        { title: 'peer / ours', align: 'right' },
        { title: 'largest difference', align: 'right' },
      ],
      results.map(({ name, ours_ms, peer_ms, max_difference }) => [
        name,
        seconds(ours_ms),
        seconds(peer_ms),
        peer_ms === null ? '-' : (peer_ms / ours_ms).toFixed(2),
        max_difference === null ? '-' : max_difference.toExponential(1),
      ]),
    ),
  ];
}
