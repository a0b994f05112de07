import { EditorView } from '@codemirror/view';

/** The query input's look, in CodeMirror's own terms so that it wins over CodeMirror's defaults. */
export const queryTheme = EditorView.theme({
  '&': { maxHeight: '9rem', background: 'transparent', fontSize: '0.8125rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    fontVariantLigatures: 'none',
    lineHeight: '1.5',
  },
  '.cm-content': { padding: '7px 0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 10px' },
  '.cm-placeholder': { color: 'color-mix(in srgb, var(--ink-quiet) 75%, transparent)' },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--surface-active)', outline: 'none' },
  '.cm-lintRange': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--sev-error) 1px',
    textUnderlineOffset: '3px',
    textDecorationSkipInk: 'none',
  },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecorationColor: 'var(--sev-warn)' },
  '.cm-lintRange-error': { backgroundImage: 'none' },
  '.cm-lintRange-info': { backgroundImage: 'none', textDecorationColor: 'var(--sev-info)' },
  '.cm-tooltip': {
    overflow: 'hidden',
    background: 'var(--surface)',
    color: 'var(--ink)',
    border: '1px solid var(--line-strong)',
    borderRadius: '8px',
    boxShadow: 'var(--mantine-shadow-md)',
    zIndex: '300',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    fontSize: '0.75rem',
    maxHeight: '17rem',
    minWidth: '260px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    gap: '16px',
    padding: '4px 10px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--surface-active)',
    color: 'var(--ink)',
  },
  '.cm-completionLabel': { flex: '1', overflow: 'hidden', textOverflow: 'ellipsis' },
  '.cm-completionMatchedText': {
    color: 'var(--accent)',
    fontWeight: '650',
    textDecoration: 'none',
  },
  '.cm-completionDetail': {
    margin: '0',
    color: 'var(--ink-quiet)',
    fontStyle: 'normal',
    fontSize: '0.6875rem',
  },
  '.cm-diagnostic': {
    padding: '6px 10px',
    borderLeftWidth: '3px',
    fontFamily: 'var(--mantine-font-family)',
  },
});
