import type { TypeOf } from './schema/define.ts';
import type * as schema from './schema/journal.ts';

/** One measurement of a trial: `<trial>-<fingerprint, 8 digits>-<attempt>`. */
export type RunId = string;

export type EndState = TypeOf<typeof schema.endState>;

/** Where and with what a run was measured. `hardware` names a series of the history. */
export type Environment = TypeOf<typeof schema.environment>;

/** One number: (task, name, split) of one epoch. The store selects (`best`, `last`). */
export type MetricValue = TypeOf<typeof schema.metric>;

/**
 * The lines of a journal, in the order in which they appear. `seq` counts from 0 without gaps;
 * `time` is ISO 8601 UTC. A run that was killed and resumed has a `resume` line and repeats the
 * epochs after the checkpoint it resumed from: of several lines for one epoch the last counts.
 */
export type JournalLine = TypeOf<typeof schema.journalLine>;

/** The lines of one type. */
export type LineOf<Type extends JournalLine['type']> = Extract<
  JournalLine,
  { readonly type: Type }
>;

/** A line without what its place in the journal says. */
export type JournalRecord = Unplaced<JournalLine>;

type Unplaced<Line> = Line extends unknown ? Omit<Line, 'seq' | 'time'> : never;

/** How a run ended. */
export type Ending = Pick<LineOf<'end'>, 'state' | 'reason'>;
