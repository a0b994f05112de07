import { ActionIcon, Button, SegmentedControl, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlayerPlayFilled, IconRefresh } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, type Ref, Suspense, useMemo, useRef, useState } from 'react';
import { compileQuery, fieldsQuery, valuesQuery } from '../../api/search.ts';
import type { Diagnostic, Language, Source } from '../../api/shapes.ts';
import { DiagnosticList } from './diagnostic-list.tsx';
import { HistoryMenu } from './history-menu.tsx';
import { LiveButton } from './live-button.tsx';
import classes from './query-bar.module.css';
import type { CompletionData } from './query-completion.ts';
import type { QueryEditorHandle } from './query-editor.tsx';
import { rememberQuery } from './query-history.ts';
import type { SearchChange, SearchState } from './search-state.ts';
import { TimePicker } from './time-picker.tsx';
import type { Window } from './time-range.ts';
import { writtenSql } from './written-sql.ts';

// The editor is larger than the rest of the page: rows need not wait for it.
const QueryEditor = lazy(async () => ({
  default: (await import('./query-editor.tsx')).QueryEditor,
}));

/** Pause in typing after which the query is checked. */
const checkAfterMs = 250;

interface Props {
  ref: Ref<QueryEditorHandle>;
  state: SearchState;
  window: Window;
  onChange(change: SearchChange): void;
  onRun(): void;
}

/** What to search, where and when. */
export function QueryBar({ ref, state, window, onChange, onRun }: Props) {
  const [draft, setDraft] = useDraft(state);
  const [checked] = useDebouncedValue(draft, checkAfterMs);
  const { source, language } = state;
  const compiled = useQuery({
    ...compileQuery({ source, language, where: checked }),
    placeholderData: keepPreviousData,
  });
  const current = checked === draft && !compiled.isPlaceholderData;
  const diagnostics = (current && compiled.data?.diagnostics) || noDiagnostics;
  const data = useCompletionData(source, window);
  const translated = useTranslation(source, draft);

  const run = (where = draft) => {
    rememberQuery({ source, language, where, atMs: Date.now() });
    if (where === state.where) onRun();
    else onChange({ where });
  };
  const accept = (where: string) => {
    setDraft(where);
    run(where);
  };

  return (
    <section className={classes.bar} aria-label="Query">
      <div className={classes.line}>
        <SegmentedControl
          value={source}
          aria-label="What to search"
          data={[
            { value: 'logs', label: 'Logs' },
            { value: 'traces', label: 'Traces' },
          ]}
          onChange={(value) => onChange(changeOfSource(value as Source))}
          className={classes.source!}
        />
        <div className={classes.input} data-faulty={hasError(diagnostics) || undefined}>
          <LanguageSwitch
            language={language}
            onChange={(next) =>
              translated(next)
                .catch(() => '')
                .then((where) => onChange({ language: next, where }))
            }
          />
          <Suspense fallback={<span className={classes.early}>{draft}</span>}>
            <QueryEditor
              ref={ref}
              value={draft}
              language={language}
              diagnostics={diagnostics}
              data={data}
              onChange={setDraft}
              onRun={() => run()}
            />
          </Suspense>
          <HistoryMenu onChoose={(past) => onChange({ ...past, row: undefined })} />
        </div>
        <div className={classes.when}>
          <When state={state} onChange={onChange} />
          <RunButton changed={draft !== state.where} onRun={() => run()} />
        </div>
      </div>
      <DiagnosticList text={checked} diagnostics={diagnostics} onAccept={accept} />
    </section>
  );
}

/** Following what arrives needs a range that ends now. */
function When({ state, onChange }: Pick<Props, 'state' | 'onChange'>) {
  const { range, live } = state;
  return (
    <>
      <TimePicker
        range={range}
        onChange={(next) =>
          onChange({ range: next, ...(next.kind === 'last' ? {} : { live: false }) })
        }
      />
      <LiveButton
        live={live}
        onChange={(next) =>
          onChange({ live: next, ...(next && range.kind === 'between' ? { range: fresh } : {}) })
        }
      />
    </>
  );
}

const noDiagnostics: readonly Diagnostic[] = [];
const fresh = { kind: 'last', last: '15m' } as const;
const hasError = (all: readonly Diagnostic[]) => all.some(({ severity }) => severity === 'error');

/** Columns and the open row are those of a source. */
const changeOfSource = (source: Source): SearchChange => ({
  source,
  columns: undefined,
  row: undefined,
});

/** The text being typed. Starts again from the address whenever that changes. */
function useDraft(state: SearchState): [string, (text: string) => void] {
  const [draft, setDraft] = useState(state.where);
  const [seen, setSeen] = useState(state.where);
  if (seen !== state.where) {
    setSeen(state.where);
    setDraft(state.where);
  }
  return [draft, setDraft];
}

/**
 * The query in the other language: SQL as the compiler wrote it; back from SQL, which Lucene cannot
 * always say, the last Lucene query.
 */
function useTranslation(source: Source, draft: string): (next: Language) => Promise<string> {
  const client = useQueryClient();
  const lastLucene = useRef('');
  return async (next) => {
    if (next === 'lucene') return lastLucene.current;
    lastLucene.current = draft;
    if (draft.trim() === '') return '';
    const { sql, params } = await client.fetchQuery(
      compileQuery({ source, language: 'lucene', where: draft }),
    );
    return writtenSql(sql, params);
  };
}

function useCompletionData(source: Source, window: Window): CompletionData {
  const client = useQueryClient();
  return useMemo(
    () => ({
      fields: async () => (await client.fetchQuery(fieldsQuery(source))).fields,
      values: async (field, prefix) => {
        const { from, to } = window;
        const body = { source, field, from, to, limit: 20, ...(prefix === '' ? {} : { prefix }) };
        return (await client.fetchQuery(valuesQuery(body))).values;
      },
    }),
    [client, source, window],
  );
}

function LanguageSwitch({
  language,
  onChange,
}: {
  language: Language;
  onChange(language: Language): void;
}) {
  const other = language === 'lucene' ? 'sql' : 'lucene';
  return (
    <Tooltip label={`Switch to ${other === 'sql' ? 'a SQL WHERE expression' : 'Lucene'}`}>
      <button
        type="button"
        className={classes.language}
        aria-label={`Language: ${language === 'sql' ? 'SQL' : 'Lucene'}. Switch.`}
        onClick={() => onChange(other)}
      >
        {language === 'sql' ? 'SQL' : 'Lucene'}
      </button>
    </Tooltip>
  );
}

/** "Run" while something typed has not run yet, else a quiet "again". */
function RunButton({ changed, onRun }: { changed: boolean; onRun(): void }) {
  if (changed)
    return (
      <Button
        size="sm"
        className={classes.run!}
        leftSection={<IconPlayerPlayFilled size={12} />}
        onClick={onRun}
      >
        Run
      </Button>
    );
  return (
    <Tooltip label="Search again">
      <ActionIcon variant="default" size={36} aria-label="Search again" onClick={onRun}>
        <IconRefresh size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
