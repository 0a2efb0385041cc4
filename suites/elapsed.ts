import type { Unit } from '../contract/cohorts.ts';
import type { Price } from './price.ts';

/** Trials that one process trains, and the processes around them. */
interface Task {
  readonly hours: number;
  readonly teachers: Set<Task>;
  readonly students: Set<Task>;
}

/**
 * Hours from the first start to the last end: so many processes at a time, students behind their
 * teachers, and of those that may start the one with the most work behind it first. Null where a
 * trial has no price.
 *
 * @param units trials that are trained together; a trial outside of them is not waited for
 */
export function hoursOnProcesses(
  units: readonly Unit[],
  price: Pick<Price, 'trials'>,
  processes: number,
): number | null {
  const tasks = tasksOf(units, price);
  if (tasks.length === 0 || tasks.some(({ hours }) => Number.isNaN(hours))) return null;
  const ends = new Map<Task, number>();
  const waiting = longestChainFirst(tasks);
  for (let now = 0; waiting.length > 0; ) {
    const running = [...ends.values()].filter((end) => end > now);
    const isOver = (task: Task) => (ends.get(task) ?? Number.POSITIVE_INFINITY) <= now;
    const next = waiting.findIndex(({ teachers }) => [...teachers].every(isOver));
    if (next >= 0 && running.length < processes) {
      const [task] = waiting.splice(next, 1) as [Task];
      ends.set(task, now + task.hours);
    } else if (running.length === 0) {
      // A trial that waits for itself: the plan says so elsewhere.
      return null;
    } else now = Math.min(...running);
  }
  return Math.max(...ends.values());
}

function tasksOf(units: readonly Unit[], { trials }: Pick<Price, 'trials'>): readonly Task[] {
  const hours = new Map(trials.map((trial) => [trial.id, trial.hours]));
  const tasks = units.map(
    (unit): Task => ({
      hours: unit.reduce((sum, { id }) => sum + (hours.get(id) ?? Number.NaN), 0),
      ...{ teachers: new Set(), students: new Set() },
    }),
  );
  const taskOf = new Map(
    units.flatMap((unit, index) => unit.map(({ id }) => [id, tasks[index] as Task])),
  );
  units.forEach((unit, index) => {
    const task = tasks[index] as Task;
    for (const teacher of unit.flatMap(({ after }) =>
      after.flatMap((id) => taskOf.get(id) ?? []),
    )) {
      task.teachers.add(teacher);
      teacher.students.add(task);
    }
  });
  return tasks;
}

function longestChainFirst(tasks: readonly Task[]): Task[] {
  const known = new Map<Task, number>();
  const chain = (task: Task): number => {
    const found = known.get(task);
    if (found !== undefined) return found;
    // For one that waits for itself.
    known.set(task, 0);
    const length = task.hours + Math.max(0, ...[...task.students].map(chain));
    known.set(task, length);
    return length;
  };
  return [...tasks].sort((a, b) => chain(b) - chain(a));
}
