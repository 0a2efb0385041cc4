import { join } from 'node:path';
import { ownCommand } from '../own-process.ts';
import { figure, type GpuCheckPart } from '../part.ts';
import { trainedIn } from '../trainings.ts';

export const part: GpuCheckPart = {
  title: 'A suite, end to end',
  about:
    'redistill run default@smoke with everything as it is by default: teachers, students in cohorts, database. Passes where every trial is completed.',
  limit: 90,
  async run(place) {
    const workspace = 'smoke';
    const { exitCode, reason, seconds } = await ownCommand(
      [
        ...['run', 'default@smoke', '--device', place.device, '--no-report'],
        ...['--workspace', join(place.folder, workspace)],
      ],
      place,
    );
    const trained = [...trainedIn(place, workspace).values()];
    const open = trained.filter(({ completed }) => !completed);
    const [first] = open;
    const passed = exitCode === 0 && trained.length > 0 && open.length === 0;
    return {
      passed,
      sentence: passed
        ? `${trained.length} trials were trained and stored.`
        : first === undefined
          ? `The command ended with ${exitCode}: ${reason}`
          : `${open.length} of ${trained.length} trials were not completed; ${first.name}: ${first.reason}`,
      figures: [
        figure('trials', trained.length, '1'),
        figure('time', seconds, 's'),
        figure(
          'largest cohort',
          Math.max(0, ...trained.map(({ students }) => Math.round(students))),
          '1',
        ),
      ],
    };
  },
};
