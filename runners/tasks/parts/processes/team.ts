import { type ChildProcess, fork } from 'node:child_process';
import { InfrastructureError, RedistillError } from '../../../../common/errors.ts';
import { codePath } from '../../../../common/installation.mjs';
import { nodeArguments } from '../../../engine/environment.ts';
import { EngineError } from '../../../engine/errors.ts';
import type { ArrayMap, InputArray, Program, ProgramGraph } from '../../../engine/types.ts';
import { emptyArray, sizeOf } from '../../../engine/values.ts';
import { isNamed } from '../../students.ts';
import { callBefore, type PartCall, type Team } from '../team.ts';
import { BulkFile, bulkFolder } from './bulk.ts';
import type { Output, TeamReply, TeamRequest } from './messages.ts';
import { StateRooms } from './rooms.ts';

/** The processes of a team. */
export interface TeamOptions {
  /** All of them, this one included. */
  readonly size: number;
  /** Names of the GPUs for `CUDA_VISIBLE_DEVICES`, this process's first; absent on a processor. */
  readonly gpus?: readonly string[];
}

/**
 * Starts the other processes of a team. Each gets this process's program and its weights, and works
 * off parts of batches. Updates are made here alone, so that all have equal weights; checkpoints
 * and evaluations are this process's. Sums are made in the order of the processes, so that runs of
 * a training on a processor have equal bits.
 *
 * @throws EngineError `ENGINE_TEAM` for a program in eager mode
 */
export async function openTeam(program: Program, options: TeamOptions): Promise<Team> {
  const { graph } = program;
  if (graph === undefined) {
    throw new EngineError('ENGINE_TEAM', 'Several processes need recorded steps.', {
      hint: 'Leave out `--eager`, or `--gpus`.',
    });
  }
  const folder = bulkFolder(bytesOfTeam(graph, options.size));
  const weights = BulkFile.makeIn(folder);
  const others: Follower[] = [];
  const team = new ProcessTeam(program, others, weights, options.size);
  try {
    for (let number = 1; number < options.size; number += 1) {
      others.push(new Follower(number, folder, weights, options));
    }
    await Promise.all(others.map((other) => other.open(graph)));
    await team.share(Object.keys(graph.state).filter(isRead));
    return team;
  } catch (error) {
    team.close();
    throw error;
  }
}

/** State that parts read: sums of gradients begin as 0, and optimizers are this process's. */
const isRead = (name: string) => !isNamed.gradientSum(name) && !isNamed.optimizer(name);

/** Room for the weights, and for each other process's gradients and pictures. */
function bytesOfTeam({ state, bytes }: ProgramGraph, size: number): number {
  const values = Object.values(state).reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
  return 4 * values * size + bytes.length * size;
}

class ProcessTeam implements Team {
  readonly size: number;
  private readonly program: Program;
  private readonly others: readonly Follower[];
  private readonly weights: BulkFile;
  private readonly rooms: StateRooms;

  constructor(program: Program, others: readonly Follower[], weights: BulkFile, size: number) {
    this.size = size;
    this.program = program;
    this.others = others;
    this.weights = weights;
    this.rooms = new StateRooms(program.state);
  }

  async run(calls: readonly PartCall[], after: PartCall | null): Promise<readonly ArrayMap[]> {
    const each = Math.ceil(calls.length / this.size);
    const own = calls.slice(0, each);
    const theirs = this.others.map((_, index) =>
      calls.slice(each * (index + 1), each * (index + 2)),
    );
    const outputs: ArrayMap[][] = [[], ...theirs.map(() => [])];
    for (let round = 0; round < each; round += 1) {
      // Others compute while this process does.
      const asked = this.others.map(async (other, index) => {
        const call = theirs[index]?.[round];
        if (call !== undefined) outputs[index + 1]?.push(await other.call(call));
      });
      const call = own[round];
      const next = own[round + 1] ?? after;
      const mine = settled(() => {
        if (call !== undefined) outputs[0]?.push(callBefore(this.program, call, next));
      });
      await Promise.all([...asked, mine]);
    }
    return outputs.flat();
  }

  async everywhere(call: PartCall): Promise<void> {
    const asked = this.others.map((other) => other.call(call));
    const mine = settled(() => void this.program.call(call.name, call.inputs));
    await Promise.all([...asked, mine]);
  }

  async gather(names: readonly string[], add: string): Promise<void> {
    await Promise.all(this.others.map((other) => other.ask({ type: 'read', names })));
    for (const other of this.others) {
      const values = other.results(this.rooms.of(names));
      this.program.call(
        add,
        Object.fromEntries(names.map((name, at) => [name, values[at]])) as ArrayMap,
      );
    }
  }

  async share(names: readonly string[]): Promise<void> {
    const values = this.program.readState(names);
    this.weights.write(names.map((name) => values[name] as Float32Array));
    await Promise.all(this.others.map((other) => other.ask({ type: 'write', names })));
  }

  close(): void {
    for (const other of this.others) other.close();
    this.weights.close();
  }
}

/** Its error as a rejection, so that whoever waits for others hears the first of all errors. */
async function settled(work: () => void): Promise<void> {
  work();
}

const script = codePath(new URL('./follower.ts', import.meta.url));

/** Another process of the team, as this one sees it. It answers one request at a time. */
class Follower {
  private readonly number: number;
  private readonly size: number;
  private readonly child: ChildProcess;
  private readonly inputsFile: BulkFile;
  private readonly resultsFile: BulkFile;
  private waiting: { resolve(reply: TeamReply): void; reject(error: Error): void } | null = null;
  private ended: Error | null = null;
  private closed = false;

  constructor(number: number, folder: string, weights: BulkFile, { size, gpus }: TeamOptions) {
    this.number = number;
    this.size = size;
    this.inputsFile = BulkFile.makeIn(folder);
    this.resultsFile = BulkFile.makeIn(folder);
    const gpu = gpus?.[number];
    this.child = fork(script, [], {
      execArgv: nodeArguments(),
      env: { ...process.env, ...(gpu !== undefined && { CUDA_VISIBLE_DEVICES: gpu }) },
      // What this process prints is read by its parent.
      stdio: [
        ...(['ignore', 'ignore', 'inherit', 'ipc'] as const),
        // In the order of `teamFiles`.
        ...[weights, this.inputsFile, this.resultsFile].map(({ descriptor }) => descriptor),
      ],
    });
    this.child.on('message', (reply: TeamReply) => {
      const waiting = this.waiting;
      this.waiting = null;
      waiting?.resolve(reply);
    });
    this.child.on('error', (error) => this.end(error.message));
    this.child.on('exit', (code, signal) => this.end(signal ?? `exit code ${code}`));
  }

  open({ bytes, ...graph }: ProgramGraph): Promise<unknown> {
    this.inputsFile.write([bytes]);
    return this.ask({ type: 'open', graph, bytes: bytes.length });
  }

  async call({ name, inputs }: PartCall): Promise<ArrayMap> {
    const names = Object.keys(inputs);
    this.inputsFile.write(names.map((input) => inputs[input] as InputArray));
    const outputs = (await this.ask({ type: 'call', name, inputs: names })) ?? [];
    const values = this.resultsFile.read(
      outputs.map(({ length, dtype }) => emptyArray({ shape: [length], dtype })),
    );
    return Object.fromEntries(
      outputs.map((output, at) => [output.name, values[at] as Float32Array]),
    );
  }

  results(rooms: readonly (Float32Array | Int32Array)[]) {
    return this.resultsFile.read(rooms);
  }

  /** @throws InfrastructureError `TEAM_LOST` where the process has ended; or what it has thrown */
  async ask(request: TeamRequest): Promise<readonly Output[] | undefined> {
    if (this.ended !== null) throw this.ended;
    const reply = await new Promise<TeamReply>((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.child.send(request, (error) => {
        if (error !== null) this.end(error.message);
      });
    });
    if (reply.type === 'done') return reply.outputs;
    throw new RedistillError(reply.code, `${this.name}: ${reply.message}`);
  }

  close(): void {
    this.closed = true;
    if (this.child.connected) this.child.disconnect();
    this.inputsFile.close();
    this.resultsFile.close();
  }

  private get name(): string {
    return `Process ${this.number + 1} of ${this.size}`;
  }

  private end(how: string): void {
    if (this.closed) return;
    this.ended ??= new InfrastructureError(
      'TEAM_LOST',
      `${this.name} of the training, which works off a share of every batch, has ended (${how}).`,
      { hint: "The training goes on from its last checkpoint; the worker's log says more." },
    );
    this.waiting?.reject(this.ended);
    this.waiting = null;
  }
}
