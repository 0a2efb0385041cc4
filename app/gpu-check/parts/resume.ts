import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readJournal } from '../../../contract/journal.ts';
import { findJournals } from '../../../results/workspace.ts';
import { killGroup } from '../own-process.ts';
import { figure, type GpuCheckPart, type PartPlace } from '../part.ts';
import { agreementWords, compareTrained, start, train, trainedIn } from '../trainings.ts';

/** Milliseconds between two looks at a journal: epochs take a tenth of a second on a fast GPU. */
const watch = 10;

export const part: GpuCheckPart = {
  title: 'Killed and resumed',
  about:
    'A training whose command and worker are killed at once after a checkpoint, and the same command again. Passes where it goes on from the checkpoint to the numbers of one that nobody killed.',
  limit: 60,
  async run(place) {
    const args = ['--seeds', '1', '--only', 'KD', '--workers', '1', '--cohort', '1'];
    await train(place, 'whole', args);
    let over = false;
    let killed = false;
    const killing = start(place, 'killed', args, {
      onStart(pid) {
        void (async () => {
          while (!over && !studentHasCheckpoint(place)) await pause(watch);
          killed = !over;
          if (killed) killGroup(pid);
        })();
      },
    });
    await killing.finally(() => {
      over = true;
    });
    const before = [...trainedIn(place, 'killed').values()];
    const again = await train(place, 'killed', args);
    const after = trainedIn(place, 'killed');
    const { problem, figures } = compareTrained(place.device, trainedIn(place, 'whole'), after);
    const resumes = [...after.values()].reduce((sum, each) => sum + each.resumes, 0);
    const wrong =
      !killed || before.every(({ completed }) => completed)
        ? 'The training was over before it could be killed.'
        : (problem ?? (resumes === 0 ? 'The second command began anew.' : null));
    return {
      passed: wrong === null,
      sentence:
        wrong ??
        `Killed in the middle and resumed, it is ${agreementWords(place.device)} to one that nobody killed.`,
      figures: [
        figure('resumes', resumes, '1'),
        ...figures,
        figure('the rest, in a new process', again.seconds, 's'),
      ],
    };
  },
};

/** Whether the student, not only its teacher, could go on from somewhere. */
function studentHasCheckpoint({ folder }: PartPlace): boolean {
  return findJournals(join(folder, 'killed')).some(({ path }) => {
    const { lines } = readJournal(path);
    const student = lines.some((line) => line.type === 'header' && line.spec.role !== 'teacher');
    return student && lines.some((line) => line.type === 'checkpoint');
  });
}
