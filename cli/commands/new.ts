import { relative } from 'node:path';
import { create, newKind, newKinds } from '../../app/new.ts';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';

export const command = defineCommand({
  name: 'new',
  summary: 'begin a suite, a method, a network or a data set of your own',
  description:
    'Writes files that plan and run as they are, and says what to do with them: a suite is an own study (docs/own-study.md); a method, ' +
    'a network and a data set come with a study of theirs and with redistill.config.yaml, which makes them known. Never overwrites a file.',
  arguments: [
    { name: 'kind', required: true, summary: newKinds.join(', ') },
    { name: 'name', required: true, summary: 'its name, and that of its file' },
  ],
  options: {
    dataset: {
      kind: 'text',
      value: 'NAME',
      summary:
        'data set of the suite, such as images:NAME for a folder of your own (default: embedded)',
    },
    out: { kind: 'text', value: 'DIR', summary: 'folder of the files (default: the current one)' },
    dryRun: { kind: 'flag', summary: 'show the files, and write nothing' },
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill new suite my-study', meaning: 'an own study on embedded pictures' },
    {
      command: 'redistill new suite birds --dataset images:birds',
      meaning: 'one on the folder birds of --data DIR',
    },
    { command: 'redistill new method my-kd --dry-run', meaning: 'what a method would begin with' },
    {
      command: 'redistill new dataset stripes',
      meaning: 'pictures that code of yours makes or reads',
    },
  ],
  async run(context, [kind = '', name = ''], { dataset, out, dryRun, json }) {
    const made = await create(
      { kind: newKind(kind), name, dataset, out, dryRun },
      effectsOf(context),
    );
    if (json) {
      context.json({ schemaVersion, ...made });
      return exitCodes.fine;
    }
    const shown = (path: string) => relative(context.cwd, path);
    for (const { path, text } of made.files) {
      if (made.written) context.stdout(`wrote ${shown(path)}`);
      else
        for (const line of [
          `${shown(path)}:`,
          ...text
            .trimEnd()
            .split('\n')
            .map((each) => `  ${each}`),
        ])
          context.stdout(line);
    }
    if (made.addToConfig.length > 0) {
      context.stdout('redistill.config.yaml is there and stays as it is; add to it:');
      for (const line of made.addToConfig) context.stdout(`  ${line}`);
    }
    const data = dataset?.includes(':') === true ? ' --data DIR' : '';
    context.stdout(`Next: redistill plan ${made.suite}${data}`);
    context.stdout(`      redistill run ${made.suite}@smoke${data}`);
    return exitCodes.fine;
  },
});
