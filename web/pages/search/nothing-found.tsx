import { Button } from '@mantine/core';
import { IconMoodEmpty } from '@tabler/icons-react';
import { LinkButton } from '../../ui/link-button.tsx';
import { EmptyNotice } from '../../ui/notice.tsx';
import type { SearchChange, SearchState } from './search-state.ts';
import { labelOf, widerLast } from './time-range.ts';

/** No rows: why that may be, and what to try. */
export function NothingFound({
  state,
  cancelled,
  onChange,
}: {
  state: SearchState;
  cancelled: boolean;
  onChange(change: SearchChange): void;
}) {
  const { range, where, source, language } = state;
  const wider = range.kind === 'last' ? widerLast(range.last) : '1d';
  const noun = source === 'logs' ? 'log records' : 'spans';
  const span =
    range.kind === 'last' ? `in the ${labelOf(range.last).toLowerCase()}` : 'in this range';
  return (
    <EmptyNotice
      icon={<IconMoodEmpty size={22} />}
      title={cancelled ? 'Cancelled before anything was found' : `No ${noun} ${span}`}
      actions={
        <>
          {wider === undefined ? null : (
            <Button
              variant="default"
              onClick={() => onChange({ range: { kind: 'last', last: wider } })}
            >
              Search the {labelOf(wider).toLowerCase()}
            </Button>
          )}
          {where === '' ? null : (
            <Button variant="default" onClick={() => onChange({ where: '' })}>
              Clear the query
            </Button>
          )}
          <LinkButton variant="default" to="/send">
            Send data
          </LinkButton>
        </>
      }
    >
      {where === ''
        ? `Nothing with a time ${span} has been stored. A longer range may have some; if nothing was ever sent, start there.`
        : `Nothing ${span} fits the query.${language === 'lucene' ? ' A bare word is found only as a whole word; write *word* for a part of one.' : ''}`}
    </EmptyNotice>
  );
}
