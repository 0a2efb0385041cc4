import { setup } from '../../app/setup.ts';
import { exitCodes } from '../../common/errors.ts';
import { defineCommand } from '../command.ts';
import { effectsOf } from '../effects.ts';

export const command = defineCommand({
  name: 'setup',
  summary: 'bring TensorFlow and build its binding for this installation',
  description:
    'Downloads libtensorflow once for all projects (270 MB, 0.9 GB in the cache; CUDA: 3.5 GB, 12 GB while it is unpacked), compiles the ' +
    'binding to it, and brings a newer Node where this one is too old. The cache is $REDISTILL_CACHE, else ' +
    '~/.cache/redistill; nothing is written into node_modules of a project. Needs Python 3 with pip and a C++ compiler. ' +
    'In a checkout it does what "make setup" does.',
  arguments: [],
  options: {
    tensorflow: {
      kind: 'text',
      value: 'BUILD',
      choices: ['cpu', 'cuda'],
      summary: 'which libtensorflow (default: $TF, then the one that is there, then cpu)',
    },
  },
  examples: [
    { command: 'redistill setup', meaning: 'bring what is missing' },
    { command: 'redistill setup --tensorflow cuda', meaning: 'for NVIDIA GPUs' },
  ],
  async run(context, _arguments, { tensorflow }) {
    await setup({ tensorflow }, { ...effectsOf(context), notice: context.stdout });
    return exitCodes.fine;
  },
});
