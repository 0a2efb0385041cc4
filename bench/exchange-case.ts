import { createDetectionProgram } from '../runners/detection/program.ts';
import type { Program } from '../runners/engine/types.ts';
import { openTeam } from '../runners/tasks/parts/processes/team.ts';
import type { Team } from '../runners/tasks/parts/team.ts';
import { detectionOf } from './dense-cases.ts';
import type { StepCase, StepPictures } from './step-cases.ts';

/** Processes of the exchange. */
const processes = 2;

/** What a step of several processes hands to and fro, ready to be repeated without the step. */
export interface PreparedExchange {
  step(): Promise<void>;
  dispose(): void;
}

/**
 * The exchange of a detector's training whose batches two processes share: the other's sums of
 * gradients to the first one, the new weights back. The first call makes a whole step, from which
 * it learns what is exchanged.
 */
export async function loadExchange(
  stepCase: StepCase,
  pictures: StepPictures,
): Promise<() => PreparedExchange> {
  const { options, batch, inputs } = await detectionOf(stepCase, pictures);
  return () => {
    const made: (() => Promise<void>)[] = [];
    const team = async (program: Program) =>
      noting(await openTeam(program, { size: processes }), made);
    const parts = { size: pictures.batch / processes, team };
    const program = createDetectionProgram({ ...options, mode: 'recorded', parts });
    let exchanges: readonly (() => Promise<void>)[] | null = null;
    return {
      async step() {
        if (exchanges === null) {
          await program.step(batch, inputs);
          exchanges = [...made];
        }
        for (const exchange of exchanges) await exchange();
      },
      dispose: () => program.dispose(),
    };
  };
}

/** A team that notes every exchange of state. */
function noting(team: Team, made: (() => Promise<void>)[]): Team {
  const noted = (exchange: () => Promise<void>) => {
    made.push(exchange);
    return exchange();
  };
  return {
    size: team.size,
    run: (calls, after) => team.run(calls, after),
    everywhere: (call) => team.everywhere(call),
    gather: (...what) => noted(() => team.gather(...what)),
    share: (...what) => noted(() => team.share(...what)),
    close: () => team.close(),
  };
}
