// @ts-check

/**
 * What keeps the set-up from going on, in one sentence that says what to do. `details` (the output
 * of the tool that failed) is printed before the sentence, so that the sentence is what one reads
 * last.
 */
export class SetupFailure extends Error {
  /**
   * @param {string} sentence
   * @param {string} [details]
   */
  constructor(sentence, details) {
    super(sentence);
    this.name = 'SetupFailure';
    this.details = details;
  }
}
