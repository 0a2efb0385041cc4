import { parseJournal } from '../../../contract/journal.ts';
import { readRunState } from '../../../contract/run-state.ts';
import { readJournal } from '../../../results/journal-reader.ts';
import { readContent } from '../../../results/lines.ts';
import { checkSentence, expect, type FuzzTarget, readOrRefused } from '../target.ts';
import { hostileJournal, type JournalInput, journalInputs } from './journal-inputs.ts';

export const target: FuzzTarget<JournalInput> = {
  name: 'journals',
  short: 150,
  inputs: journalInputs,
  show: (input) => Buffer.from(hostileJournal(input).text),
  async run(input, world) {
    const { text, ...place } = hostileJournal(input);
    const path = world.file('journal.jsonl', text);
    const { journal, notes, problem } = readJournal(readContent(path), 'journal.jsonl', place);
    for (const { code, message } of problem === null ? notes : [...notes, problem]) {
      checkSentence('journal.jsonl', code, message);
    }
    expect(journal === null || problem === null, 'nothing is taken of a journal with a problem');
    expect(
      journal !== null || problem !== null || notes.length > 0,
      'a journal is taken, or it is said why not',
    );
    if (journal !== null) {
      const epochs = journal.epochs.map(({ epoch }) => epoch);
      expect(new Set(epochs).size === epochs.length, 'an epoch counts once');
      expect(
        epochs.every((epoch, at) => at === 0 || epoch > (epochs[at - 1] as number)),
        'epochs ascend',
      );
      expect(!Number.isNaN(Date.parse(journal.updatedAt)), 'the last time is one');
    }
    await readOrRefused(
      'journal.jsonl',
      () => parseJournal(Buffer.from(text), 'journal.jsonl'),
      ({ lines, length, tornBytes }) => {
        expect(length + tornBytes === Buffer.byteLength(text), 'every byte is in a line or torn');
        expect(
          lines.every((line, at) => line.seq === at),
          'lines are numbered',
        );
      },
    );
    await readOrRefused(
      'journal.jsonl',
      () => readRunState(world.folder),
      ({ lastEpoch, end }) => {
        expect(
          lastEpoch === undefined || Number.isSafeInteger(lastEpoch.epoch),
          `the last epoch is ${lastEpoch?.epoch}`,
        );
        expect(end === undefined || typeof end.state === 'string', 'an end has a state');
      },
    );
  },
};
