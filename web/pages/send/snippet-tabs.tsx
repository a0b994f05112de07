import { Tabs } from '@mantine/core';
import { CodeBlock } from '../../ui/code-block.tsx';
import classes from '../send.module.css';
import { renderSnippets, type SnippetFacts } from './snippets.ts';

/** For each way of sending, what to paste. */
export function SnippetTabs({
  facts,
  chosen,
  onChoose,
}: {
  facts: SnippetFacts;
  chosen: string;
  onChoose(id: string): void;
}) {
  const snippets = renderSnippets(facts);
  const current = snippets.some(({ id }) => id === chosen) ? chosen : 'curl';
  return (
    <section className={classes.card}>
      <h2>Snippets</h2>
      <Tabs value={current} onChange={(id) => id && onChoose(id)} keepMounted={false}>
        <Tabs.List>
          {snippets.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map(({ id, about, parts }) => (
          <Tabs.Panel key={id} value={id} className={classes.snippet!}>
            <p className="quiet">{about}</p>
            {parts.map(({ title, code }) => (
              <CodeBlock key={title} title={title} code={code} />
            ))}
          </Tabs.Panel>
        ))}
      </Tabs>
    </section>
  );
}
