import type { GpuCheckPartRecord, GpuCheckRecord } from '../../contract/gpu-check.ts';
import { compact } from '../../reports/format.ts';

const marks: Readonly<Record<GpuCheckPartRecord['result'], string>> = {
  passed: 'passed',
  failed: 'FAILED',
  'not-shown': 'not shown',
};

/** A part's result, and its figures below. */
export function gpuCheckPartLines(part: GpuCheckPartRecord): readonly string[] {
  const { title, result, sentence, seconds, limit, figures } = part;
  return [
    `${marks[result].padEnd(9)}  ${title} (${seconds.toFixed(1)} of ${limit} s): ${sentence}`,
    ...figures.map(({ name, value, unit, peer }) => {
      const beside = peer === null ? '' : `, PyTorch ${compact(peer)} ${unit}`;
      return `           ${name}: ${compact(value)}${unit === '1' ? '' : ` ${unit}`}${beside}`;
    }),
  ];
}

/** What the whole check came to. */
export function gpuCheckEndLines(
  record: GpuCheckRecord,
  { page, json }: { readonly page: string; readonly json: string },
): readonly string[] {
  const count = (result: GpuCheckPartRecord['result']) =>
    record.parts.filter((part) => part.result === result).length;
  const counts = `${count('passed')} passed, ${count('failed')} failed, ${count('not-shown')} not shown`;
  const nothing = record.device === 'gpu' && !record.gpuSeen;
  return [
    '',
    `${counts}, in ${Math.round(record.seconds)} s on ${record.environment.gpu ?? `the CPU: ${record.environment.cpu}`}.`,
    ...(nothing
      ? ['No GPU was seen, so nothing is shown of one. --device cpu runs every part on the CPU.']
      : []),
    ...(record.device === 'cpu' ? ['This says that the check works, and nothing of a GPU.'] : []),
    `Page: ${page}`,
    `JSON: ${json}`,
  ];
}
