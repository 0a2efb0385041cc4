import { relative } from 'node:path';
import { gpuCheckParts } from '../../app/gpu-check/parts.ts';
import { gpuCheck } from '../../app/gpu-check.ts';
import { exitCodes } from '../../common/errors.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { gpuCheckEndLines, gpuCheckPartLines } from '../output/gpu-check.ts';

export const command = defineCommand({
  name: 'gpu-check',
  summary: 'show in under ten minutes that this machine’s GPU trains as it should',
  description:
    'Runs what only a machine with a GPU can show: doctor, the official numerics with and without TF32, step times beside ' +
    'PyTorch on the same GPU (REDISTILL_PYTHON names a Python that has it), a cohort, two workers on one GPU, mixed precision, a ' +
    'training that is killed and resumed, a smoke suite. Every part has its limit of time; one that fails does not stop the ' +
    'others. Writes one JSON and one page. Exit code 1 when a part failed, 3 where TensorFlow sees no GPU: parts are then not ' +
    'shown, and --device cpu runs them all on the processor.',
  arguments: [],
  options: {
    device: {
      kind: 'text',
      choices: ['cpu', 'gpu'],
      default: 'gpu',
      summary: 'where every part runs; cpu shows that the check itself works',
    },
    only: {
      kind: 'list',
      value: 'PART,PART',
      summary: `only these parts: ${gpuCheckParts.ids.join(', ')}`,
    },
    out: {
      kind: 'text',
      value: 'DIR',
      summary: 'folder of the page and the JSON (default: gpu-check in the workspace)',
    },
    workspace: sharedOptions.workspace,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill gpu-check', meaning: 'everything, on this machine’s GPU' },
    {
      command: 'REDISTILL_PYTHON=~/torch/bin/python redistill gpu-check --only steps',
      meaning: 'step times beside that PyTorch',
    },
    { command: 'redistill gpu-check --device cpu', meaning: 'the same parts without a GPU' },
  ],
  async run(context, _args, { device, only, out, workspace, json }) {
    const {
      record,
      page,
      json: file,
    } = await gpuCheck(
      { device, only, out, workspace },
      {
        ...effectsOf(context),
        onPart: (title, index, parts) => context.stderr(`[${index + 1}/${parts}] ${title}`),
        onResult(part) {
          if (!json) for (const line of gpuCheckPartLines(part)) context.stdout(line);
        },
      },
    );
    if (json) context.json(record);
    else {
      const places = { page: relative(context.cwd, page), json: relative(context.cwd, file) };
      for (const line of gpuCheckEndLines(record, places)) context.stdout(line);
    }
    // Where there is no GPU, that it is missing says more than that the doctor finds none.
    if (record.device === 'gpu' && !record.gpuSeen) return exitCodes.infrastructure;
    const failed = record.parts.some(({ result }) => result === 'failed');
    return failed ? exitCodes.failed : exitCodes.fine;
  },
});
