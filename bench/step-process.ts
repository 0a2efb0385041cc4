/*
 * The process that `redistill bench --suite step` measures in: it must be started with TensorFlow's thread settings.
 * Arguments: threads, seconds. Standard output: the result as JSON; standard error: what is being measured.
 */
import { benchStep } from './step.ts';

const [threads, seconds] = process.argv.slice(2).map(Number) as [number, number];
const result = await benchStep({
  threads: { intra: threads, inter: 1 },
  seconds,
  onCase: (name, mode) => process.stderr.write(`measuring ${name}, ${mode}\n`),
});
process.stdout.write(`${JSON.stringify(result)}\n`);
