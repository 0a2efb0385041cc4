import { type KindLoaders, KindTable } from '../../common/kind-table.ts';
import type { Executor } from './executor.ts';
import type { OptionFields, OptionValues } from './options.ts';

/** Every executor, one line each: its folder is loaded when it is asked for. */
const executorKinds = {
  local: async () => (await import('./local/executor.ts')).local,
  slurm: async () => (await import('./slurm/executor.ts')).slurm,
} satisfies KindLoaders<Executor>;

/** Where trials are trained. */
export const executors = new KindTable<Executor>('executor', executorKinds);

/** The executor of a run that names none. */
export const defaultExecutor: keyof typeof executorKinds = 'local';

type Kinds = Awaited<ReturnType<(typeof executorKinds)[keyof typeof executorKinds]>>;
type FieldsOf<Kind> = Kind extends Executor<infer Fields> ? Fields : never;
type Every<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
  all: infer All extends OptionFields,
) => void
  ? All
  : never;

/** The options of all executors together; each takes its own and refuses the others'. */
export type ExecutorOptions = OptionValues<Every<FieldsOf<Kinds>>>;
