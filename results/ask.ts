import {
  type DuckDBConnection,
  type DuckDBExtractedStatements,
  type DuckDBResultReader,
  StatementType,
} from '@duckdb/node-api';
import { UsageError } from '../common/errors.ts';

/** Statements that ask. All others change something: files, settings, the database. */
const asking: readonly StatementType[] = [StatementType.SELECT, StatementType.EXPLAIN];

/**
 * Asks a database one question, which can read nothing but the database. Settings of the connection
 * are locked by it.
 *
 * @param sql one statement; DuckDB itself takes several and answers one of them
 * @throws UsageError `QUERY_SQL` for a statement that is no question, or several of them
 * @throws Error what DuckDB says of the statement
 */
export async function ask(connection: DuckDBConnection, sql: string): Promise<DuckDBResultReader> {
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  const statements = await statementsOf(connection, sql);
  // A PIVOT is taken apart: it makes a type of the values that become columns, and then asks.
  for (let index = 0; index < statements.count - 1; index += 1) {
    const before = await statements.prepare(index);
    if (before.statementType !== StatementType.CREATE) {
      throw refusal('The text has several statements; a question is one.');
    }
    await before.run();
  }
  const question = await statements.prepare(statements.count - 1);
  if (!asking.includes(question.statementType)) {
    throw refusal('The statement is no question: it would change something.');
  }
  return question.runAndReadAll();
}

async function statementsOf(
  connection: DuckDBConnection,
  sql: string,
): Promise<DuckDBExtractedStatements> {
  try {
    return await connection.extractStatements(sql);
  } catch (cause) {
    // What DuckDB says of a text without a statement.
    if (!/native callback/.test((cause as Error).message)) throw cause;
    throw refusal('The text has no statement.');
  }
}

function refusal(sentence: string): UsageError {
  return new UsageError('QUERY_SQL', sentence, {
    hint: 'A question begins with SELECT, FROM, WITH, DESCRIBE, SUMMARIZE, PIVOT or EXPLAIN: redistill query "FROM report.cells".',
  });
}
