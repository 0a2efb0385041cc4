import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/**
 * A folder that is removed when the test ends. Its name has a space and a letter beyond ASCII, as
 * users' folders do.
 */
export function temporaryFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'redistill tëst '));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
