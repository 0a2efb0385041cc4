import { setImmediate as afterEvents } from 'node:timers/promises';

/** A batch, and the one after it where that is there already. */
export interface WithNext<B> {
  readonly batch: B;
  readonly next: B | null;
}

/**
 * Batches with the ones after them. A batch holds while the next one is read. Nobody waits for a
 * next batch that its loader still makes: the step of the one that is there comes first.
 *
 * @param batches a batch holds until the second one after it is asked for
 */
export async function* withNext<B>(
  batches: AsyncIterable<B>,
): AsyncGenerator<WithNext<B>, void, undefined> {
  const iterator = batches[Symbol.asyncIterator]();
  try {
    let coming = iterator.next();
    for (;;) {
      const read = await coming;
      if (read.done === true) return;
      coming = iterator.next();
      yield { batch: read.value, next: await ifThere(coming) };
    }
  } finally {
    await iterator.return?.();
  }
}

/** The same without looking ahead. */
export async function* oneByOne<B>(
  batches: AsyncIterable<B>,
): AsyncGenerator<WithNext<B>, void, undefined> {
  for await (const batch of batches) yield { batch, next: null };
}

/** What is read already; an error is told when the batch is waited for. */
async function ifThere<B>(coming: Promise<IteratorResult<B>>): Promise<B | null> {
  const read = coming.then(
    (result) => (result.done === true ? null : result.value),
    () => null,
  );
  return Promise.race([read, afterEvents(null)]);
}
