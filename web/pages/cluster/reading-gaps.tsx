import type { ReadingNode } from '../../api/fleet-shapes.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import own from './tables-tab.module.css';

const reasons: Readonly<Record<string, string>> = {
  table: 'Not there',
  column: 'No such column',
  grant: 'No right',
  setting: 'Not enabled',
  error: 'Failed',
  pending: 'Not read yet',
};

/** Why nodes have no rows: each reason once, with the nodes that it holds for. */
export function ReadingGaps({ nodes }: { nodes: readonly ReadingNode[] }) {
  const groups = Map.groupBy(
    nodes.filter((node) => node.gap !== undefined),
    ({ gap }) => JSON.stringify(gap),
  );
  return [...groups].map(([key, group]) => {
    const gap = group[0]!.gap!;
    const everywhere = group.length === nodes.length;
    return (
      <div key={key} className={own.gap}>
        <p>
          <b>{reasons[gap.reason] ?? gap.reason}</b>
          {everywhere ? '' : ` on ${group.map(({ node }) => node).join(', ')}`}
          {gap.detail === '' ? '.' : `: ${gap.detail}`}
        </p>
        {gap.grant === undefined ? null : <CodeBlock title="Gives the right" code={gap.grant} />}
      </div>
    );
  });
}
