import { ActionIcon, Badge, Menu, ScrollArea, Tooltip } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { formatAgo } from '../../ui/time.ts';
import classes from './history-menu.module.css';
import { type PastQuery, readHistory } from './query-history.ts';

/** Queries run before in this browser. */
export function HistoryMenu({
  onChoose,
}: {
  onChoose(query: Pick<PastQuery, 'source' | 'language' | 'where'>): void;
}) {
  const [past, setPast] = useState<PastQuery[]>([]);
  return (
    <Menu position="bottom-end" width={440} onOpen={() => setPast(readHistory())}>
      <Menu.Target>
        <Tooltip label="Earlier queries">
          <ActionIcon size={34} aria-label="Earlier queries">
            <IconHistory size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown className={classes.dropdown!}>
        <Menu.Label>Earlier queries, in this browser only</Menu.Label>
        {past.length === 0 ? (
          <div className={classes.none}>Queries that you run appear here.</div>
        ) : (
          <ScrollArea.Autosize mah={360} type="auto">
            {past.map(({ source, language, where, atMs }) => (
              <Menu.Item key={atMs} onClick={() => onChoose({ source, language, where })}>
                <div className={`mono ${classes.where}`}>{where}</div>
                <div className={classes.about}>
                  <Badge size="xs" variant="default">
                    {source}
                  </Badge>
                  {language === 'sql' ? 'SQL' : 'Lucene'},{' '}
                  {formatAgo(new Date(atMs).toISOString(), Date.now())}
                </div>
              </Menu.Item>
            ))}
          </ScrollArea.Autosize>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
