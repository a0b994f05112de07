import { IconNotes } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Row } from '../../api/shapes.ts';
import { renderValue, textOf } from '../../table/field-value.ts';
import { RowTable } from '../../table/row-table.tsx';
import { EmptyNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';

const fields = ['Timestamp', 'SeverityText', 'ServiceName', 'Body'];

/** All logs of a trace, earliest first. Opening one leads to its span. */
export function TraceLogs({
  logs,
  find,
  onSpan,
}: {
  logs: readonly Row[];
  find: string;
  onSpan(spanId: string): void;
}) {
  const zone = usePreference('zone');
  const [current, setCurrent] = useState<number>();
  const shown = useMemo(() => chooseLogs(logs, find), [logs, find]);
  if (shown.length === 0)
    return (
      <EmptyNotice
        icon={<IconNotes size={22} />}
        title={
          logs.length === 0 ? 'No log belongs to this trace' : 'No log of this trace contains that'
        }
      >
        {logs.length === 0
          ? 'Logs belong to a trace when they carry its id: most OpenTelemetry SDKs add it to logs written inside a span.'
          : `${logs.length} logs do not.`}
      </EmptyNotice>
    );
  return (
    <RowTable
      label="Logs of the trace"
      rows={shown}
      fields={fields}
      wrap={false}
      zone={zone}
      dimmed={false}
      current={current}
      onCurrent={(index, open) => {
        setCurrent(index);
        const spanId = textOf(shown[index] ?? {}, 'SpanId');
        if (open && spanId !== '') onSpan(spanId);
      }}
      onClose={() => setCurrent(undefined)}
      onEnd={() => undefined}
      footer={null}
    />
  );
}

function chooseLogs(logs: readonly Row[], find: string): Row[] {
  const lower = find.trim().toLowerCase();
  return logs
    .filter((row) =>
      Object.values(row).some((value) => renderValue(value).toLowerCase().includes(lower)),
    )
    .sort((a, b) => (textOf(a, 'Timestamp') < textOf(b, 'Timestamp') ? -1 : 1));
}
