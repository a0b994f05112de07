import { Button } from '@mantine/core';
import { useState } from 'react';
import type { AskedNode } from '../../api/queries.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatCount, formatElapsed } from '../../ui/quantity.ts';
import { StatementDialog } from '../../ui/statement-dialog.tsx';
import { formatTime, type Zone, zoneOffset } from '../../ui/time.ts';
import classes from './queries.module.css';

/** Nodes whose queries are not, or not all, in what is shown; each with the reason. */
export function NodeNotes({ nodes }: { nodes: readonly AskedNode[] }) {
  const zone = usePreference('zone');
  const notes = nodes.flatMap((node) => {
    const text = noteOf(node, zone);
    return text === undefined ? [] : [{ node, text }];
  });
  if (notes.length === 0) return null;
  return (
    <ul className={classes.notes} aria-label="What is missing">
      {notes.map(({ node, text }) => (
        <li key={node.node}>
          <b className="mono">{node.node}</b>
          <span>{text}</span>
          {node.grant === undefined ? null : (
            <CodeBlock title="The right that it lacks" code={node.grant} />
          )}
        </li>
      ))}
    </ul>
  );
}

function noteOf(node: AskedNode, zone: Zone): string | undefined {
  if (!node.ok) return `Not counted: ${node.detail ?? 'it did not answer.'}`;
  const parts = [
    ...(node.countedFrom === undefined
      ? []
      : [
          `Counted only from ${formatTime(node.countedFrom, zone, 0)} ${zoneOffset(zone, Date.parse(node.countedFrom))} on: before that its log has more rows than MONITOR_QUERY_ROWS lets a view read.`,
        ]),
    ...(node.truncated
      ? ['It has more groups than are taken over; the smallest are left out.']
      : []),
  ];
  return parts.length === 0 ? undefined : parts.join(' ');
}

/** What was asked, and what that took. */
export function AskedSql({ title, nodes }: { title: string; nodes: readonly AskedNode[] }) {
  const [opened, setOpened] = useState(false);
  const asked = nodes.filter(({ sql }) => sql.length > 0);
  const [first] = asked;
  if (!first) return null;
  const took = asked.map(
    ({ node, elapsedMs, rowsRead }) =>
      `${node} took ${formatElapsed(elapsedMs ?? 0)}${rowsRead === undefined ? '' : ` and read ${formatCount(rowsRead)} rows`}`,
  );
  return (
    <>
      <Button variant="subtle" size="compact-xs" onClick={() => setOpened(true)}>
        Show SQL
      </Button>
      <StatementDialog
        title={title}
        sql={first.sql.map((sql) => `${sql};`).join('\n\n')}
        opened={opened}
        onClose={() => setOpened(false)}
      >
        Asked of {first.node}
        {asked.length > 1 ? ', and the like of the other nodes' : ''}: {took.join('; ')}.
        {first.normalizedBy === 'patterns'
          ? ' This server is too old to take literals out of texts itself: patterns do it there, before a text leaves it.'
          : ''}
      </StatementDialog>
    </>
  );
}
