import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { Field, Language, ValuesData } from '../../api/shapes.ts';
import { sqlField } from './filter-clause.ts';

/** What completion asks the API; the page answers from its cache. */
export interface CompletionData {
  fields(): Promise<Field[]>;
  values(field: string, prefix: string): Promise<ValuesData['values']>;
}

/** The `field:value` that the cursor is in. Offsets are in the text before the cursor. */
export interface Place {
  readonly kind: 'field' | 'value';
  readonly field: string;
  readonly typed: string;
  readonly from: number;
}

/** Where a Lucene query stands at its end: in a field name, or in a field's value. */
export function lucenePlace(before: string): Place | undefined {
  const value =
    /(?:^|[\s(])[-!+]?((?:\\.|[^:\s(){}"^~[\]\\])+):(?:"((?:\\.|[^"\\])*)|([^\s()"]*))$/.exec(
      before,
    );
  if (value) {
    const [, field = '', quoted, bare] = value;
    const typed = quoted ?? bare ?? '';
    const from = before.length - typed.length - (quoted === undefined ? 0 : 1);
    return { kind: 'value', field: unescaped(field), typed: unescaped(typed), from };
  }
  if (before.replace(/\\./g, '').split('"').length % 2 === 0) return undefined;
  const word = /(?:^|[\s(])[-!+]?([^\s()":]*)$/.exec(before);
  if (!word) return undefined;
  const typed = word[1] ?? '';
  return { kind: 'field', field: '', typed, from: before.length - typed.length };
}

/** The same for a WHERE expression: `field = '…`, else a name. */
export function sqlPlace(before: string): Place | undefined {
  const value =
    /(\w+|`[^`]+`)(?:\['((?:[^'\\]|\\.)*)'\])?\s*(?:=|!=|<>|(?:NOT\s+)?I?LIKE)\s*'((?:[^'\\]|\\.)*)$/i.exec(
      before,
    );
  if (value) {
    const [, column = '', key, typed = ''] = value;
    const name = column.replaceAll('`', '');
    const field = key === undefined ? name : `${name}.${unescaped(key)}`;
    return {
      kind: 'value',
      field,
      typed: unescaped(typed),
      from: before.length - typed.length - 1,
    };
  }
  if (before.replace(/\\./g, '').split("'").length % 2 === 0) return undefined;
  const word = /[A-Za-z_][\w.]*$/.exec(before);
  const typed = word?.[0] ?? '';
  return { kind: 'field', field: '', typed, from: before.length - typed.length };
}

const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1');

const sqlQuote = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'`;
const luceneQuote = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&')}"`;
const luceneField = (field: string): string => field.replace(/[\\:\s{}()"^~[\]]/g, '\\$&');

const luceneWords: readonly Completion[] = [
  { label: 'AND', type: 'keyword', boost: -10 },
  { label: 'OR', type: 'keyword', boost: -10 },
  { label: 'NOT', type: 'keyword', boost: -10 },
];

/** Fields and values from the data itself. */
export function completeQuery(language: Language, data: CompletionData) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const before = context.state.sliceDoc(0, context.pos);
    const place = language === 'lucene' ? lucenePlace(before) : sqlPlace(before);
    if (!place || (place.kind === 'field' && place.typed === '' && !context.explicit)) return null;
    try {
      return place.kind === 'field'
        ? await completeFields(language, place, data)
        : await completeValues(language, place, data, context.state.sliceDoc(context.pos));
    } catch (error) {
      // An offer that cannot be made must not disturb who is typing.
      console.warn('Nothing could be offered for completion:', error);
      return null;
    }
  };
}

async function completeFields(
  language: Language,
  place: Place,
  data: CompletionData,
): Promise<CompletionResult> {
  const fields = await data.fields();
  const options = fields.map(
    (field): Completion => ({
      label: field.name,
      apply: language === 'lucene' ? `${luceneField(field.name)}:` : sqlField(field.name),
      detail: field.type,
      type: 'property',
      boost: field.name.includes('.') ? 0 : 5,
    }),
  );
  return {
    from: place.from,
    options: language === 'lucene' ? [...options, ...luceneWords] : options,
    validFor: /^[\w.]*$/,
  };
}

async function completeValues(
  language: Language,
  place: Place,
  data: CompletionData,
  after: string,
): Promise<CompletionResult | null> {
  const values = await data.values(place.field, place.typed);
  if (values.length === 0) return null;
  const quote = language === 'lucene' ? luceneQuote : sqlQuote;
  const mark = language === 'lucene' ? '"' : "'";
  return {
    from: place.from,
    filter: false,
    options: values.map(({ value, count }) => {
      const quoted = quote(value);
      return {
        label: value === '' ? '(empty)' : value,
        apply: after.startsWith(mark) ? quoted.slice(0, -1) : quoted,
        ...(count === undefined ? {} : { detail: count.toLocaleString('en') }),
        type: 'text',
      };
    }),
  };
}
