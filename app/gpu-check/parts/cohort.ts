import { figure, type GpuCheckPart } from '../part.ts';
import { agreementWords, compareTrained, train, trainedIn } from '../trainings.ts';

export const part: GpuCheckPart = {
  title: 'Alone and in a cohort',
  about:
    'Two students of one teacher, each trained alone and both in one process. Passes where the cohort was one and its numbers are those of each alone.',
  limit: 60,
  async run(place) {
    const shared = ['--seeds', '1', '--workers', '1'];
    const alone = await train(place, 'alone', [...shared, '--cohort', '1']);
    const together = await train(place, 'together', [...shared, '--cohort', '2']);
    const trained = trainedIn(place, 'together');
    const { problem, figures } = compareTrained(place.device, trainedIn(place, 'alone'), trained);
    const students = Math.max(0, ...[...trained.values()].map((each) => each.students));
    const noCohort = students < 2 ? 'the students were not trained together' : null;
    const wrong = problem ?? noCohort;
    return {
      passed: wrong === null,
      sentence:
        wrong ?? `Two students in one process are ${agreementWords(place.device)} to each alone.`,
      figures: [
        ...figures,
        figure('each alone', alone.seconds, 's'),
        figure('together', together.seconds, 's'),
      ],
    };
  },
};
