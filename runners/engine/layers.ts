/**
 * The stack of layer names around the operations that run now. It names graph nodes and error
 * messages; it does not change what is computed. One stack a process: steps are recorded and run
 * one at a time.
 */
const stack: string[] = [];

/** Runs `body` as part of the layer `name`; nested names are joined with a slash. */
export function inLayer<T>(name: string, body: () => T): T {
  stack.push(name);
  try {
    return body();
  } finally {
    stack.pop();
  }
}

/** `teacher/layer1.0.conv1`, or the empty string outside of any layer. */
export function currentLayer(): string {
  return stack.join('/');
}
