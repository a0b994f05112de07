import { SQLDialect, sql as sqlMode } from '@codemirror/lang-sql';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { queryHighlight } from './query-highlight.ts';
import classes from './sql-text.module.css';

const dialect = SQLDialect.define({
  backslashEscapes: true,
  identifierQuotes: '`"',
  keywords:
    'select from where and or not in between like ilike order by limit group as desc asc with prewhere settings union all having offset format is null',
});

/** SQL to read: coloured, wrapped, selectable. */
export function SqlText({ sql }: { sql: string }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const view = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: sql,
        extensions: [
          sqlMode({ dialect }).language,
          queryHighlight,
          EditorView.lineWrapping,
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.contentAttributes.of({ 'aria-label': 'SQL', tabindex: '0' }),
        ],
      }),
    });
    return () => view.destroy();
  }, [sql]);
  return <div ref={host} className={classes.sql} />;
}
