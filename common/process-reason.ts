/**
 * The line by which a process that failed says why: the message of an uncaught error, which stands
 * before its stack, or that of a command of Redistill, which stands before its hint; else the last
 * line. Empty where it said nothing.
 *
 * @param stderr all of its standard error
 */
export function processReason(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const said = lines.findLast((line) => line.startsWith(ours))?.slice(ours.length);
  return (said ?? lines.find((line) => /^\w*Error\b.*:/.test(line)) ?? lines.at(-1) ?? '').trim();
}

const ours = 'redistill: ';
