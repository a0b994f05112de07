import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';

interface LuceneState {
  /** After `field:` the next word is its value. */
  value: boolean;
}

/** Enough of Lucene to colour it; what is right and wrong is the server's word alone. */
export const luceneLanguage = StreamLanguage.define<LuceneState>({
  name: 'lucene',
  startState: () => ({ value: false }),
  token(stream, state) {
    if (stream.eatSpace()) {
      state.value = false;
      return null;
    }
    if (stream.match(/^"(?:\\.|[^"\\])*"?/)) {
      state.value = false;
      return 'string';
    }
    if (!state.value && stream.match(/^(AND|OR|NOT|&&|\|\|)(?=\s|$|\()/)) return 'keyword';
    if (stream.match(/^TO(?=\s)/)) return 'keyword';
    if (!state.value && stream.match(/^[-!+](?=\S)/)) return 'keyword';
    if (stream.match(/^[()[\]{}]/)) return 'punctuation';
    if (!state.value && stream.match(/^(?:\\.|[^:\s(){}"^~[\]\\])+(?=:)/)) return 'propertyName';
    if (stream.match(/^:(?:[<>]=?)?/)) {
      state.value = true;
      return 'operator';
    }
    if (stream.match(/^-?\d+(?:\.\d+)?(?=[\s)\]}]|$)/)) return 'number';
    if (stream.match(/^(?:\\.|[^\s()[\]{}"\\])+/)) return state.value ? 'string' : 'variableName';
    stream.next();
    return null;
  },
});

/** One set of colours for Lucene and SQL, from the variables of `ui/page.css`. */
export const queryHighlight = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.propertyName], color: 'var(--syntax-field)' },
    { tag: [tags.string, tags.special(tags.string)], color: 'var(--syntax-value)' },
    { tag: [tags.variableName, tags.name], color: 'var(--syntax-word)' },
    {
      tag: [tags.keyword, tags.operatorKeyword],
      color: 'var(--syntax-operator)',
      fontWeight: '600',
    },
    { tag: [tags.operator, tags.punctuation], color: 'var(--ink-quiet)' },
    { tag: [tags.number, tags.bool, tags.null], color: 'var(--syntax-number)' },
    { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--syntax-field)' },
    { tag: tags.comment, color: 'var(--ink-quiet)', fontStyle: 'italic' },
  ]),
);
