import { RedistillError } from '../../../../common/errors.ts';
import { openGraph } from '../../../engine/program.ts';
import type { InputSpec, Program } from '../../../engine/types.ts';
import { emptyArray } from '../../../engine/values.ts';
import { BulkFile } from './bulk.ts';
import { type TeamReply, type TeamRequest, teamFiles } from './messages.ts';
import { StateRooms } from './rooms.ts';

/*
 * The process that works off parts of batches on a GPU of its own: it has the program of the first
 * process of its team, and does with it what that one asks. It ends when the first one does.
 */

interface Opened {
  readonly program: Program;
  readonly rooms: StateRooms;
  readonly weights: BulkFile;
  readonly inputs: BulkFile;
  readonly results: BulkFile;
}

let opened: Opened | null = null;

function answer(request: TeamRequest): TeamReply {
  if (request.type === 'open') {
    opened = open(request);
    return { type: 'done' };
  }
  const { program, rooms, weights, inputs, results } = opened as Opened;
  switch (request.type) {
    case 'call': {
      const specs = program.graph?.functions[request.name]?.inputs ?? {};
      const arrays = inputs.read(
        request.inputs.map((name) => emptyArray(specs[name] as InputSpec)),
      );
      const given = Object.fromEntries(request.inputs.map((name, at) => [name, arrays[at]]));
      const outputs = Object.entries(program.call(request.name, given as never));
      results.write(outputs.map(([, values]) => values));
      return {
        type: 'done',
        outputs: outputs.map(([name, values]) => ({
          name,
          length: values.length,
          dtype: values instanceof Int32Array ? 'int32' : 'float32',
        })),
      };
    }
    case 'read': {
      const values = program.readState(request.names);
      results.write(request.names.map((name) => values[name] as Float32Array));
      return { type: 'done' };
    }
    case 'write': {
      const values = weights.read(rooms.of(request.names));
      program.writeState(
        Object.fromEntries(request.names.map((name, at) => [name, values[at] as Float32Array])),
      );
      return { type: 'done' };
    }
  }
}

function open({ graph, bytes }: Extract<TeamRequest, { type: 'open' }>): Opened {
  const inputs = new BulkFile(teamFiles.inputs);
  const [model] = inputs.read([new Uint8Array(bytes)]) as readonly [Uint8Array];
  const program = openGraph({ ...graph, bytes: model });
  return {
    program,
    rooms: new StateRooms(program.state),
    weights: new BulkFile(teamFiles.weights),
    inputs,
    results: new BulkFile(teamFiles.results),
  };
}

function replyTo(request: TeamRequest): TeamReply {
  try {
    return answer(request);
  } catch (error) {
    const code = error instanceof RedistillError ? error.code : 'TEAM_PROCESS';
    return { type: 'failed', code, message: (error as Error).message };
  }
}

process.on('message', (request: TeamRequest) => {
  process.send?.(replyTo(request));
});
process.on('disconnect', () => process.exit(0));
// The first process decides when a training stops; a signal to the whole group is meant for it.
process.on('SIGINT', () => {}).on('SIGTERM', () => {});
