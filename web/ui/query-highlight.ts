import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';

/** One set of colours for Lucene and SQL, from the variables of `page.css`. */
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
