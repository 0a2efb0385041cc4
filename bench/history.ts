/*
 * How soon `check` hears of a drop, and how often of none: `node bench/history.ts [SEEDS]`, about a
 * second per ten seeds. Everything is seeded: the same figures on every machine.
 */
import { firstAlarm, flatSeries, seriesWithDrop } from '../reference/history/simulate.ts';

const seeds = Number(process.argv[2] ?? 400);
const say = (line: string) => process.stdout.write(`${line}\n`);
const percent = (count: number) => `${((100 * count) / seeds).toFixed(2)} %`.padStart(9);

say(`${seeds} seeds; an alarm needs a change of 0.5 points.`);
say('');
say('A drop of 0.8 after 30 nights, one value a night: the night of the alarm after the drop');
say('   sd    before  night 1  night 2  night 3  night 4  later');
for (const sd of [0.1, 0.15, 0.2, 0.3]) {
  const nights = [0, 0, 0, 0, 0, 0];
  for (let seed = 0; seed < seeds; seed += 1) {
    const series = seriesWithDrop(seed, { nights: 30, sd, drop: 0.8, after: 4 });
    const alarm = firstAlarm(series, 28);
    const delay = alarm === null ? 5 : Math.max(0, alarm - 30);
    nights[delay] = (nights[delay] as number) + 1;
  }
  say(`${sd.toFixed(2).padStart(5)} ${nights.map(percent).join('')}`);
}
say('');
say('60 nights without a change, checked every night: series that alarm at all');
for (const sd of [0.15, 0.3, 0.5, 1]) {
  let alarms = 0;
  for (let seed = 0; seed < seeds; seed += 1) {
    if (firstAlarm(flatSeries(seed, { nights: 60, sd }), 4) !== null) alarms += 1;
  }
  say(`${sd.toFixed(2).padStart(5)} ${percent(alarms)}`);
}
