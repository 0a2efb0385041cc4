import type { FieldPath } from '../common/checked-yaml.ts';
import type { UsageError } from '../common/errors.ts';
import type { SuiteFile } from './suite-types.ts';

/** A suite file that fits the schema and speaks only of rows and columns that it has. */
export interface Suite {
  readonly id: string;
  /** The file as it is named in messages. */
  readonly file: string;
  readonly definition: SuiteFile;
  /** An error about one field: file, line and field come first. */
  error(code: string, path: FieldPath, sentence: string, hint?: string): UsageError;
}
