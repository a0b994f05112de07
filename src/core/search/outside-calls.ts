import { isKeyword, type SqlToken } from './sql-lexer.ts';

/**
 * Functions that read the server's files, call services, or run text as SQL. `readonly = 1` does not
 * stop them: `SELECT file('/etc/passwd')` answers. `eval` runs a text that no lexer has seen.
 */
const anywhere = /^(file|catboostEvaluate|eval|viewExplain|ai[A-Z]\w*)$/i;

/** Table functions that read outside of the database. `readonly = 1` stops most of them. */
const asTable =
  /^(url|s3|gcs|oss|cosn|hdfs|remote|remoteSecure|cluster|clusterAllReplicas|mysql|postgresql|mongodb|redis|sqlite|odbc|jdbc|executable|input|azureBlobStorage|deltaLake|hudi|iceberg|paimon|ytsaurus|arrowflight|arrowstream|filesystem|python|file)\w*$/i;

/**
 * The first call in a statement of something that reads outside of the database. Takes significant
 * tokens, without comments.
 */
export function findOutsideCall(tokens: readonly SqlToken[]): SqlToken | undefined {
  return tokens.find((token, index) => {
    const named = token.kind === 'word' || token.kind === 'quoted_identifier';
    if (!named || tokens[index + 1]?.text !== '(') return false;
    return (
      anywhere.test(token.value) || (asTable.test(token.value) && afterFrom(tokens[index - 1]))
    );
  });
}

const afterFrom = (previous: SqlToken | undefined): boolean =>
  isKeyword(previous, 'FROM', 'JOIN', 'IN', 'TABLE', 'DESCRIBE', 'DESC') || previous?.text === ',';
