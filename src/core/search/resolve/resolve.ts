import type { Diagnostic } from '../../../model/telemetry/search-api.ts';
import { parseColumnType } from '../column-type.ts';
import type { FieldNode, SyntaxNode, TermNode, TextNode } from '../lucene/syntax-tree.ts';
import type { Span } from '../lucene/token.ts';
import type { Operand, Predicate } from '../query-ir.ts';
import { type SearchTable, searchLimits } from '../search-table.ts';
import { type ResolvedField, resolveField, unknownField } from './field.ts';
import { predicateOnField } from './field-term.ts';
import { predicateOnImplicit } from './implicit-term.ts';
import { shortened } from './shortened.ts';
import { classifyUnknownField, looksLikeName } from './text-like.ts';

export interface Resolved {
  readonly predicate: Predicate;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Resolves a syntax tree against a table's columns. Always returns; with an error among the
 * diagnostics the predicate must not be used.
 */
export function resolveLucene(
  tree: SyntaxNode | undefined,
  source: string,
  table: SearchTable,
): Resolved {
  const resolver = new Resolver(source, table);
  const predicate = tree ? resolver.node(tree, undefined) : ({ kind: 'all' } as const);
  return { predicate: frozen(predicate), diagnostics: resolver.diagnostics };
}

/** Freezes a node and all below it; where a node is frozen already, so is what it holds. */
function frozen<T>(node: T): T {
  if (typeof node !== 'object' || node === null || Object.isFrozen(node)) return node;
  Object.freeze(node);
  for (const value of Object.values(node)) frozen(value);
  return node;
}

class Resolver {
  readonly diagnostics: Diagnostic[] = [];
  private readonly source: string;
  private readonly table: SearchTable;
  private readonly fields = new Map<string, ReturnType<typeof resolveField>>();
  private words = 0;

  constructor(source: string, table: SearchTable) {
    this.source = source;
    this.table = table;
  }

  /** `field` is that of the brackets the node stands in. */
  node(node: SyntaxNode, field: ResolvedField | undefined): Predicate {
    switch (node.kind) {
      case 'and':
      case 'or':
        return junction(
          node.kind,
          node.items.map((item) => this.node(item, field)),
        );
      case 'not':
        return negation(this.node(node.item, field));
      case 'field':
        return this.field(node);
      default:
        return field ? this.onField(field, node, true) : this.implicit(node);
    }
  }

  private report(severity: Diagnostic['severity'], message: string, span: Span): void {
    this.diagnostics.push({ severity, message, start: span.start, end: span.end });
  }

  private fail(message: string, span: Span): Predicate {
    this.report('error', message, span);
    return none;
  }

  private field(node: FieldNode): Predicate {
    const found = this.fields.get(node.name) ?? resolveField(node.name, this.table);
    this.fields.set(node.name, found);
    if (!found.ok)
      return found.error.kind === 'unknown'
        ? this.unknown(node)
        : this.fail(found.error.message, node.nameSpan);
    const { value } = node;
    const { aliasOf, operand } = found.value;
    if (aliasOf !== undefined)
      this.report('info', `${node.name} is short for ${aliasOf}`, node.nameSpan);
    if (!value || (value.kind === 'group' && !value.item))
      return this.fail(
        `${operand.label} needs a value; ${operand.label}:* asks whether it has one`,
        node,
      );
    if (value.kind !== 'group') return this.onField(found.value, value, false);
    return value.item ? this.node(value.item, found.value) : none;
  }

  private onField(field: ResolvedField, term: TermNode, inGroup: boolean): Predicate {
    const outcome = predicateOnField(field, term, inGroup);
    if (!outcome.ok) return this.fail(outcome.error.message, outcome.error.text);
    return outcome.value;
  }

  /** A field that is no column: an error, or text that only looks like a field. */
  private unknown(node: FieldNode): Predicate {
    const { value, gap } = node;
    const message = unknownField(node.name, this.table);
    if (value && value.kind !== 'text' && value.kind !== 'group')
      return this.fail(`${message} ${quotesHint}`, node.nameSpan);
    const raw = value && this.source.slice(value.start, value.end);
    const likeness = classifyUnknownField(node.name, raw, gap);
    if (likeness === 'field') return this.fail(`${message} ${quotesHint}`, node.nameSpan);
    if (likeness === 'probably-text') {
      const text = shortened(this.source.slice(node.start, value && !gap ? value.end : node.end));
      const why = looksLikeName(node.name) ? `: ${message}` : '.';
      this.report(
        'warning',
        `"${text}" is searched as text${why} Put it in quotes to say so.`,
        node.nameSpan,
      );
    }
    if (value?.kind === 'text' && !gap) return this.text(joined(node.name, value));
    const head: TextNode = {
      kind: 'text',
      form: 'word',
      parts: [`${node.name}:`],
      start: node.start,
      end: node.nameSpan.end + 1,
    };
    const rest = value?.kind === 'group' ? value.item : value;
    return junction('and', [this.text(head), ...(rest ? [this.node(rest, undefined)] : [])]);
  }

  private implicit(term: TermNode): Predicate {
    if (term.kind !== 'text')
      return this.fail('a comparison or a range needs a field before it, as in field:>5', term);
    if (term.form === 'bracketed')
      this.report(
        'warning',
        `"${shortened(term.parts.join('*'))}" is searched as text. Put it in quotes to say so.`,
        term,
      );
    return this.text(term);
  }

  /** A word or phrase without a field: some implicit column has it. */
  private text(term: TextNode): Predicate {
    // `*:*` is how Lucene says "everything".
    if (term.form === 'word' && term.parts.length === 3 && term.parts.join('') === ':') return all;
    const columns = this.table.implicitColumns.map((name) => this.implicitColumn(name));
    if (columns.length === 0)
      return this.fail(
        `${this.table.name} has no column for text without a field; write field:value`,
        term,
      );
    const items = columns.map((column) => predicateOnImplicit(column, term));
    this.countWords(items, term);
    this.explainAnchors(term);
    return junction('or', items);
  }

  private implicitColumn(name: string): Operand & { kind: 'column' } {
    const type = this.table.columns.find((column) => column.name === name)?.type;
    if (type === undefined) throw new Error(`implicit column ${name} is not in ${this.table.name}`);
    return { kind: 'column', name, label: name, type: parseColumnType(type) };
  }

  private countWords(items: readonly Predicate[], span: Span): void {
    const before = this.words;
    for (const item of items) if (item.kind === 'words') this.words += item.words.length;
    if (before <= searchLimits.maxWords && this.words > searchLimits.maxWords)
      this.report(
        'error',
        `the query has more than ${searchLimits.maxWords} words; shorten it or split it`,
        span,
      );
  }

  private explainAnchors(term: TextNode): void {
    const [first = '', ...more] = term.parts;
    const column = this.table.implicitColumns.join(' or ');
    const whole = term.parts.filter((part) => part !== '').join('*');
    if (whole === '' || more.length === 0 || (first === '' && more.at(-1) === '')) return;
    if (first === '' || more.at(-1) === '')
      this.report(
        'info',
        `this asks whether ${column} as a whole ${first === '' ? 'ends' : 'starts'} so; write *${shortened(whole)}* to find it anywhere`,
        term,
      );
  }
}

const quotesHint = 'To search for the text, put it in quotes.';

const all: Predicate = Object.freeze({ kind: 'all' });
const none: Predicate = Object.freeze({ kind: 'none' });

const joined = (name: string, value: TextNode): TextNode => ({
  ...value,
  form: value.form === 'bracketed' ? 'word' : value.form,
  parts: value.parts.map((part, index) => (index === 0 ? `${name}:${part}` : part)),
});

function junction(kind: 'and' | 'or', items: readonly Predicate[]): Predicate {
  const neutral = kind === 'and' ? 'all' : 'none';
  const absorbing = kind === 'and' ? 'none' : 'all';
  if (items.some((item) => item.kind === absorbing)) return kind === 'and' ? none : all;
  const rest = items.filter((item) => item.kind !== neutral);
  const [only] = rest;
  if (!only) return kind === 'and' ? all : none;
  return rest.length === 1 ? only : { kind, items: rest };
}

function negation(item: Predicate): Predicate {
  if (item.kind === 'all') return none;
  if (item.kind === 'none') return all;
  return { kind: 'not', item };
}
