import { plan, type RunResult, run } from 'redistill';

/**
 * Plans and runs the study from a program: what `npx --no-install redistill run cosine-study` does.
 *
 * @param only rows of the study; default: all
 */
export async function study(workspace: string, only?: readonly string[]): Promise<RunResult> {
  const options = { suite: 'cosine-study@smoke', workspace, seeds: [1] };
  const effects = { notice: (line: string) => console.error(line) };
  const { plan: planned } = await plan(options, effects);
  console.error(`${planned.trials.length} trials in the whole study`);
  return run({ ...options, only, report: false }, effects);
}

if (import.meta.main) {
  const [workspace = '.', rows] = process.argv.slice(2);
  const { verdict } = await study(workspace, rows?.split(','));
  console.log(`${verdict.computed} trials computed`);
}
