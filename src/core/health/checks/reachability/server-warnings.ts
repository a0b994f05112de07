import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { serverWarnings as reading } from '../../readings/server.ts';
import { releases } from '../../releases.ts';

/** Warnings that tell of something that grows: too many parts, tables, mutations. */
const growing =
  /\b(parts?|mutations?|tables?|databases?|dictionar(?:y|ies)|views?|named collections?)\b.*\b(exceed|limit|too many|more than|greater)|\b(pending mutations|attached (tables|databases|dictionaries|views)|active parts)\b/i;

/** A warning without its numbers: the same one tomorrow. */
const kindOf = (message: string): string => message.replaceAll(/\d+/g, '#').slice(0, 200);

/** What the server itself warns of. */
export const serverWarnings: NodeCheck = {
  id: 'server-warnings',
  number: 12,
  title: 'The server warns',
  group: 'reachability',
  dimension: 'configuration',
  scope: 'node',
  about: { since: releases.warnings },
  needs: [{ reading, absent: 'unknown' }],
  measure: (node) => {
    const byKind = new Map<string, Measured>();
    for (const { message } of node.rows(reading)) {
      if (message === undefined) continue;
      byKind.set(kindOf(message), {
        subject: { object: kindOf(message) },
        values: { message, growing: growing.test(message) },
      });
    }
    return measured([...byKind.values()]);
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'growing', is: 'equal to', than: true }],
      source:
        "ClickHouse's documentation of system.warnings: counts of objects, parts and mutations",
      message: (item) => `The server warns: ${item.values.message}`,
    },
    {
      severity: 'info',
      all: [],
      source: "ClickHouse's documentation of system.warnings",
      message: (item) => `The server warns: ${item.values.message}`,
    },
  ],
  explanation: 'The server collects what it holds to be wrong with its host and its configuration.',
  causes: ['As the warning says'],
  fix: () => ({ sql: 'SELECT message FROM system.warnings', risk: 'safe' }),
  proof: { kind: 'sql' },
};
