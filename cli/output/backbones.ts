import type { BackboneStatus } from '../../app/data.ts';
import { type ExitCode, exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import type { BackboneRecord } from '../../runners/weights/backbones/store.ts';
import type { CommandContext } from '../command.ts';
import { type Column, renderTable } from './table.ts';

const columns: readonly Column[] = [
  { title: 'weights' },
  { title: 'backbone' },
  { title: 'state' },
  { title: 'SHA-256' },
  { title: 'taken from' },
];

/** `redistill data backbones`. */
export function printBackbones(
  context: CommandContext,
  backbones: readonly BackboneStatus[],
  json: boolean,
): ExitCode {
  if (json) {
    context.json({ schemaVersion, backbones });
    return exitCodes.fine;
  }
  const rows = backbones.map(({ name, architecture, url, sha256, file }) => [
    name,
    architecture,
    sha256 === null ? (url === null ? 'by hand' : 'missing') : 'here',
    sha256?.slice(0, 12) ?? '',
    file ?? '',
  ]);
  for (const line of renderTable(columns, rows)) context.stdout(line);
  return exitCodes.fine;
}

/** What fetching or importing a backbone's weights came to. */
export function printBackbone(
  context: CommandContext,
  record: BackboneRecord,
  json: boolean,
): void {
  const { name, architecture, sha256, source } = record;
  if (json) {
    context.json({ ...record, schemaVersion });
    return;
  }
  context.stdout(`${name}: ${architecture} from ${source}, SHA-256 of the weights ${sha256}.`);
  context.stderr(
    'Trainings whose recipe has these weights (pretrained) begin with them from now on.',
  );
}
