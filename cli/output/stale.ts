import type { StaleCells } from '../../suites/stale.ts';

/** Which measurements of a workspace no longer count, and since what change; nothing where none is concerned. */
export function staleLines(stale: readonly StaleCells[]): string[] {
  return stale.flatMap(({ changes, cells }) => [
    `Stale since the last plan of this workspace (${changes.join('; ')}):`,
    ...cells.map((cell) => `  ${cell}`),
  ]);
}
