import { figure, type GpuCheckPart } from '../part.ts';
import { agreementWords, compareTrained, train, trainedIn } from '../trainings.ts';

export const part: GpuCheckPart = {
  title: 'Two workers on one device',
  about:
    'Two seeds of one method, one after the other and at the same time on the first GPU. Passes where both come to their ends with the same numbers.',
  limit: 60,
  async run(place) {
    // Of several GPUs each worker would get its own.
    const [first = '0'] = (place.environment['CUDA_VISIBLE_DEVICES'] ?? '0').split(',');
    const environment = place.device === 'gpu' ? { CUDA_VISIBLE_DEVICES: first } : {};
    const shared = ['--only', 'KD', '--cohort', '1'];
    const one = await train(place, 'one', [...shared, '--workers', '1'], { environment });
    const two = await train(place, 'two', [...shared, '--workers', '2'], { environment });
    const { problem, figures } = compareTrained(
      place.device,
      trainedIn(place, 'one'),
      trainedIn(place, 'two'),
    );
    return {
      passed: problem === null,
      sentence:
        problem ?? `Two workers at a time are ${agreementWords(place.device)} to one at a time.`,
      figures: [
        ...figures,
        figure('one worker', one.seconds, 's'),
        figure('two workers', two.seconds, 's'),
      ],
    };
  },
};
