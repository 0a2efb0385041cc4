import { verdictStyles } from '../verdict-words.ts';
import { scaleWords } from '../views/words.ts';
import type { SitePage } from './types.ts';

/** What the words of the report mean: verdicts, scales, numbers. */
export const page: SitePage = {
  path: 'glossary.html',
  title: 'What the words mean',
  navigation: 'Glossary',
  template: 'glossary.njk',
  async content() {
    const scales = Object.entries(scaleWords).map(([name, meaning]) => ({ name, meaning }));
    return { styles: verdictStyles, scales };
  },
};
