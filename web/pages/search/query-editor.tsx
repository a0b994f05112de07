import {
  acceptCompletion,
  autocompletion,
  closeCompletion,
  completionStatus,
  moveCompletionSelection,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewline } from '@codemirror/commands';
import { SQLDialect, sql } from '@codemirror/lang-sql';
import { bracketMatching } from '@codemirror/language';
import { type Diagnostic as Mark, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react';
import type { Diagnostic, Language } from '../../api/shapes.ts';
import { queryHighlight } from '../../ui/query-highlight.ts';
import { luceneLanguage } from './lucene-language.ts';
import { type CompletionData, completeQuery } from './query-completion.ts';
import classes from './query-editor.module.css';
import { queryTheme } from './query-theme.ts';

export interface QueryEditorHandle {
  focus(): void;
}

interface Props {
  ref?: Ref<QueryEditorHandle>;
  value: string;
  language: Language;
  diagnostics: readonly Diagnostic[];
  data: CompletionData;
  onChange(value: string): void;
  onRun(): void;
}

const dialect = SQLDialect.define({ backslashEscapes: true, identifierQuotes: '`"' });
const hints: Record<Language, string> = {
  lucene: 'Search: error ServiceName:"checkout" -SeverityText:debug',
  sql: "WHERE: ServiceName = 'checkout' AND SeverityNumber >= 17",
};

/** The query text: coloured, completed, with its faults underlined. Enter runs it. */
export function QueryEditor({ ref, value, language, diagnostics, data, onChange, onRun }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const modes = useRef(new Compartment());
  const changed = useEffectEvent(onChange);
  const run = useEffectEvent(onRun);
  const complete = useEffectEvent((): CompletionData => data);
  useImperativeHandle(ref, () => ({ focus: () => view.current?.focus() }), []);

  useEffect(() => {
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        extensions: [
          history(),
          bracketMatching(),
          queryHighlight,
          queryTheme,
          modes.current.of([]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'Query', spellcheck: 'false' }),
          Prec.highest(keymap.of(runKeys(() => run()))),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const deferred: CompletionData = {
      fields: () => complete().fields(),
      values: (field, prefix) => complete().values(field, prefix),
    };
    view.current?.dispatch({ effects: modes.current.reconfigure(modeOf(language, deferred)) });
  }, [language]);

  useEffect(() => {
    const editor = view.current;
    const old = editor?.state.doc.toString();
    if (!editor || old === value) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: value },
      selection: { anchor: value.length },
    });
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { length } = editor.state.doc;
    editor.dispatch(setDiagnostics(editor.state, marksOf(diagnostics, length)));
  }, [diagnostics]);

  return <div ref={host} className={classes.editor} />;
}

/** What differs between the languages. */
const modeOf = (language: Language, data: CompletionData) => [
  language === 'lucene' ? luceneLanguage : sql({ dialect }).language,
  placeholder(hints[language]),
  autocompletion({
    override: [completeQuery(language, data)],
    icons: false,
    // Nothing is chosen until someone chooses, so that Enter runs what was typed.
    selectOnOpen: false,
    interactionDelay: 0,
    activateOnCompletion: (option) => option.type === 'property',
  }),
];

/** Faults in the editor's terms. An empty span still needs a character to stand under. */
function marksOf(diagnostics: readonly Diagnostic[], length: number): Mark[] {
  return diagnostics.map(({ start, end, severity, message }) => {
    const from = Math.max(0, Math.min(start, length - 1));
    return { from, to: Math.min(length, Math.max(end, from + 1)), severity, message };
  });
}

/** Enter runs unless a completion is being chosen; Shift-Enter starts a new line. */
const runKeys = (run: () => void) => [
  {
    key: 'Enter',
    run: (editor: EditorView) => {
      if (completionStatus(editor.state) === 'active' && acceptCompletion(editor)) return true;
      closeCompletion(editor);
      run();
      return true;
    },
    shift: insertNewline,
  },
  {
    key: 'Tab',
    run: (editor: EditorView) =>
      acceptCompletion(editor) ||
      (moveCompletionSelection(true)(editor) && acceptCompletion(editor)),
  },
  {
    key: 'Escape',
    run: (editor: EditorView) => {
      if (completionStatus(editor.state) === 'active') return false;
      editor.contentDOM.blur();
      return true;
    },
  },
];
