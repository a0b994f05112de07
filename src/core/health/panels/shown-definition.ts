import { sqlString } from '../../../base/sql-text.ts';
import { text } from '../readings/reading-definition.ts';

/** Engines whose arguments are no secrets: they store here, or lead to the cluster's own servers. */
const ownEngines = 'MergeTree$|Log$|View$|^(Distributed|Buffer|Memory|Null|Merge|Set|Join)$';
/** Functions that lead elsewhere, and may have a password among their arguments. */
const foreign =
  '(?i)(remote|remoteSecure|mysql|postgresql|mongodb|redis|sqlite|odbc|jdbc|s3|s3Cluster|gcs|azureBlobStorage|azureBlobStorageCluster|hdfs|url|iceberg|deltaLake|hudi|dictionary)[ ]*[(]';
const literal = "'(?:[^'\\\\]|\\\\.)*'";

/**
 * The statement that made a table. Where it leads to another system its literals are left out:
 * older servers do not hide the passwords among them.
 */
export const shownDefinition = text(
  'create_table_query',
  `if(match(engine, ${sqlString(ownEngines)}) AND NOT match(create_table_query, ${sqlString(foreign)}), create_table_query, replaceRegexpAll(create_table_query, ${sqlString(literal)}, '\\'…\\''))`,
);
