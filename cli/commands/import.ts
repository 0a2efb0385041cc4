import { importBackbone, importCheckpoint, importLogs, officialRuns } from '../../app/import.ts';
import { type ExitCode, exitCodes, UsageError } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { type RunBy, runBys } from '../../runners/official/log-name.ts';
import {
  type CommandContext,
  defineCommand,
  type OptionTable,
  type OptionValues,
  sharedOptions,
} from '../command.ts';
import { effectsOf } from '../effects.ts';
import { printBackbone } from '../output/backbones.ts';
import { printCheckpoint } from '../output/checkpoint.ts';
import { printImportedLogs } from '../output/imported-logs.ts';

const options = {
  method: {
    kind: 'text',
    value: 'ID',
    summary: 'method of the logs, where their names do not say it or say it wrongly (kd+lskd)',
  },
  teacher: { kind: 'text', value: 'NETWORK', summary: 'teacher of the logs, likewise' },
  student: { kind: 'text', value: 'NETWORK', summary: 'student of the logs, likewise' },
  dataset: { kind: 'text', value: 'ID', summary: 'data set of the logs, likewise' },
  by: {
    kind: 'text',
    value: 'WHO',
    summary:
      'whose runs the logs are, "authors" or "others": others carry no verdict; authors only where the names are those of LSKD\'s posted logs',
  },
  model: {
    kind: 'text',
    value: 'NAME',
    summary: 'the network whose weights the file holds; with "backbone" the name of the weights',
  },
  prefix: {
    kind: 'text',
    value: 'PREFIX',
    summary:
      'what stands before the names of the wanted weights, where a file holds several sets (student., state_dict_ema)',
  },
  normalisation: {
    kind: 'text',
    value: 'NAME',
    summary:
      'with "checkpoint": how pictures were normalised in its training (cifar100-repdistiller, cifar100-measured, cifar100-reviewkd, imagenet)',
  },
  release: {
    kind: 'text',
    value: 'NAME',
    summary:
      'with "checkpoint": the file is this release\'s teacher (redistill data teachers), for every workspace',
  },
  lenient: {
    kind: 'flag',
    summary: 'import a log although lines of it cannot be read; they are reported all the same',
  },
  markdown: { kind: 'flag', summary: 'with "show": print Markdown' },
  plugin: sharedOptions.plugin,
  config: sharedOptions.config,
  workspace: sharedOptions.workspace,
  json: sharedOptions.json,
} as const satisfies OptionTable;

type Options = OptionValues<typeof options>;

/** What can be imported, and how it is done. A further kind is a line here and a function. */
const actions = {
  log,
  checkpoint,
  backbone,
  show,
} as const satisfies Readonly<
  Record<
    string,
    (context: CommandContext, paths: readonly string[], options: Options) => Promise<ExitCode>
  >
>;

export const command = defineCommand({
  name: 'import',
  summary: 'take in logs and weights that others published',
  description:
    'import log PATH...: reads training logs of the official implementations into journals of implementation "official", a run per ' +
    'training with its whole curve. Read are what mdistiller, CTKD and LSKD write, tables with a line per epoch or number ' +
    '(RepDistiller, summary.csv of timm and OFA-KD), and what RepDistiller, timm, pycls, mmcls and DeiT print; UTF-8, or UTF-16 with ' +
    'its mark. Method, pair and temperature come from the name (kd,resnet32x4,resnet8x4,2,9.txt) or its folder ' +
    '(kd,res32x4,res8x4/worklog.txt) or from options; what a name was taken for is said. Each log is compared with the protocol that ' +
    'official files state for its method and pair. The same bytes are the same run: repeating it changes nothing. A log with a line ' +
    'that cannot be read is reported by file and line, is not imported, and makes the exit code 1.\n\n' +
    'import checkpoint FILE --model NETWORK: takes the weights of a teacher from what torch.save (zip or legacy format, alone or ' +
    'under state_dict, model, net ...) or safetensors wrote. A pickle is read, never executed; keys must fit the network ' +
    'exactly, after the prefix that all of them have (module., student., architecture. ...), and in the names of mdistiller, ' +
    'RepDistiller, torchvision, timm (ResNets), chenyaofo/pytorch-cifar-models, akamaster/pytorch_resnet_cifar10 (option B), ' +
    'weiaicunzai/pytorch-cifar100 (ResNets) or mmpretrain. A column of a suite names the stored weights by their checksum; ' +
    'with --release they teach what that release taught.\n\n' +
    'import backbone FILE --model NAME: takes the weights that backbones of detectors and segmenters start with out of such a file, ' +
    'without its classifier. NAME is one of "redistill data backbones".\n\n' +
    'import show: the official runs of the database beside the published numbers, and the imported ones that wait for "redistill ingest".',
  arguments: [
    {
      name: 'what',
      summary: 'what to import, or "show"',
      required: true,
      choices: Object.keys(actions),
    },
    {
      name: 'path',
      summary: 'logs or folders of them; one checkpoint or backbone',
      variadic: true,
    },
  ],
  options,
  examples: [
    {
      command: 'redistill plan lskd-table1@paper --store',
      meaning: 'the cells for them to stand in',
    },
    { command: 'redistill import log logs/ && redistill ingest', meaning: 'every log below logs/' },
    {
      command: 'redistill import checkpoint ckpt_epoch_240.pth --model resnet32x4',
      meaning: 'a teacher that mdistiller trained',
    },
    {
      command: 'redistill import backbone resnet50-0676ba61.pth --model torchvision/resnet50',
      meaning: 'what detectors with ResNet-50 start with',
    },
    { command: 'redistill import show --markdown', meaning: 'published, best, last and verdict' },
  ],
  run(context, [what, ...paths], values) {
    return actions[what as keyof typeof actions](context, paths, values);
  },
});

async function log(
  context: CommandContext,
  paths: readonly string[],
  values: Options,
): Promise<ExitCode> {
  if (paths.length === 0) {
    throw new UsageError('USAGE_MISSING_ARGUMENT', 'import log needs at least one file or folder.');
  }
  const { method, teacher, student, dataset, lenient, workspace } = values;
  const stated = { method, teacher, student, dataset, by: statedBy(values.by) };
  const summary = await importLogs({ ...stated, paths, lenient, workspace }, effectsOf(context));
  if (values.json) context.json({ schemaVersion, ...summary });
  else printImportedLogs(context, summary);
  return summary.problems.length === 0 ? exitCodes.fine : exitCodes.failed;
}

async function checkpoint(
  context: CommandContext,
  paths: readonly string[],
  { prefix, normalisation, release, plugin, config, workspace, ...values }: Options,
): Promise<ExitCode> {
  const path = onlyPath('checkpoint', paths);
  const model = modelOf(values.model, 'checkpoint', {
    hint: 'The name of the network in suites, for example --model resnet32x4.',
  });
  const options = { path, model, prefix, normalisation, release, plugin, config, workspace };
  const imported = await importCheckpoint(options, effectsOf(context));
  if (values.json) context.json({ schemaVersion, ...imported });
  else printCheckpoint(context, imported, { path, release });
  return exitCodes.fine;
}

async function backbone(
  context: CommandContext,
  paths: readonly string[],
  { prefix, ...values }: Options,
): Promise<ExitCode> {
  const path = onlyPath('backbone', paths);
  const model = modelOf(values.model, 'backbone', {
    hint: 'The name of the weights, for example --model torchvision/resnet50; redistill data backbones lists them.',
  });
  const record = await importBackbone({ path, model, prefix }, effectsOf(context));
  printBackbone(context, record, values.json);
  return exitCodes.fine;
}

function onlyPath(what: string, [path, ...others]: readonly string[]): string {
  if (path !== undefined && others.length === 0) return path;
  const count = path === undefined ? 0 : others.length + 1;
  throw new UsageError('USAGE_ARGUMENTS', `import ${what} needs one file, not ${count}.`);
}

function modelOf(model: string | undefined, what: string, { hint }: { hint: string }): string {
  if (model !== undefined) return model;
  throw new UsageError('USAGE_MISSING_OPTION', `import ${what} needs --model NAME.`, { hint });
}

function statedBy(by: string | undefined): RunBy | undefined {
  const found = runBys.find((each) => each === by);
  if (by === undefined || found !== undefined) return found;
  throw new UsageError(
    'USAGE_OPTION_VALUE',
    `--by is "${by}", expected one of ${runBys.join(', ')}.`,
  );
}

async function show(
  context: CommandContext,
  paths: readonly string[],
  values: Options,
): Promise<ExitCode> {
  if (paths.length > 0)
    throw new UsageError(
      'USAGE_SURPLUS_ARGUMENT',
      `import show takes no paths, but got "${paths[0]}".`,
    );
  const { workspace } = values;
  const { rows, summary, waiting } = await officialRuns({ workspace }, effectsOf(context));
  // Not before: it loads the database, which no import needs.
  const { officialLines, officialMarkdown, waitingLines } = await import(
    '../output/official-runs.ts'
  );
  if (values.json) {
    context.json({ schemaVersion, summary, rows, waiting });
    return exitCodes.fine;
  }
  if (rows.length > 0)
    for (const line of values.markdown ? officialMarkdown(rows) : officialLines(rows))
      context.stdout(line);
  else if (waiting.length === 0)
    context.stdout(
      'No official run stands beside a cell of a planned suite. See redistill import --help.',
    );
  // In a file of Markdown this would be no part of the table.
  const say = values.markdown ? context.stderr : context.stdout;
  for (const line of waitingLines(waiting)) say(line);
  return exitCodes.fine;
}
