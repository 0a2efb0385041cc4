import { type Effects, systemClock } from '../app/effects.ts';
import type { CommandContext } from './command.ts';

/** What a command hands on to the application: notices go to standard error. */
export function effectsOf(context: CommandContext): Effects {
  const { cwd, environment, signal, killSignal, stderr } = context;
  return { cwd, environment, signal, killSignal, clock: systemClock, notice: stderr };
}
