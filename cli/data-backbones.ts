import { type ExitCode, exitCodes } from '../common/errors.ts';
import { schemaVersion } from '../contract/spec.ts';
import type { BackboneWeights } from '../reference/backbones/loader.ts';
import type { DownloadOptions } from '../runners/data/download.ts';
import { fetchBackbone } from '../runners/weights/backbones/fetch.ts';
import { type BackboneRecord, presentBackbone } from '../runners/weights/backbones/store.ts';
import type { ReleasedFileOptions } from '../runners/weights/teachers/released-file.ts';
import type { CommandContext } from './command.ts';
import { type Column, renderTable } from './output/table.ts';

const columns: readonly Column[] = [
  { title: 'weights' },
  { title: 'backbone' },
  { title: 'state' },
  { title: 'SHA-256' },
  { title: 'taken from' },
];

/**
 * `redistill data backbones`: released weights that backbones start with, and whether they are
 * here.
 */
export function listBackbones(
  context: CommandContext,
  weights: readonly BackboneWeights[],
  json: boolean,
): ExitCode {
  const lines = weights.map(({ name, architecture, url, page, source }) => {
    const record = presentBackbone(name, context.environment);
    return { name, architecture, url, page, source, sha256: record?.sha256 ?? null, record };
  });
  if (json) {
    const backbones = lines.map(({ record, ...line }) => ({
      ...line,
      file: record?.source ?? null,
    }));
    context.json({ schemaVersion, backbones });
    return exitCodes.fine;
  }
  const rows = lines.map(({ name, architecture, url, sha256, record }) => [
    name,
    architecture,
    record === null ? (url === null ? 'by hand' : 'missing') : 'here',
    sha256?.slice(0, 12) ?? '',
    record?.source ?? '',
  ]);
  for (const line of renderTable(columns, rows)) context.stdout(line);
  return exitCodes.fine;
}

/** `redistill data fetch torchvision/resnet50`. */
export async function fetchBackboneCommand(
  context: CommandContext,
  weights: BackboneWeights,
  options: ReleasedFileOptions & DownloadOptions,
  json: boolean,
): Promise<ExitCode> {
  tellBackbone(context, await fetchBackbone(weights, options), json);
  return exitCodes.fine;
}

/** What fetching or importing a backbone's weights came to. */
export function tellBackbone(context: CommandContext, record: BackboneRecord, json: boolean): void {
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
