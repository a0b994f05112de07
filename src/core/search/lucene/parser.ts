import type { Diagnostic } from '../../../model/telemetry/search-api.ts';
import { searchLimits } from '../search-table.ts';
import { lexLucene } from './lexer.ts';
import type { FieldNode, GroupNode, SyntaxNode, TermNode, TextNode } from './syntax-tree.ts';
import type { FieldToken, LuceneToken, Span, TextToken } from './token.ts';

export interface Parsed {
  /** Undefined where the text asks for nothing: blank, a lone operator, empty brackets. */
  readonly tree: SyntaxNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses a Lucene query: NOT binds to what follows it, AND before OR, terms side by side are ANDed.
 * Always returns; with an error among the diagnostics the tree must not be used.
 */
export function parseLucene(source: string): Parsed {
  if (source.length > searchLimits.maxLength) {
    const message = `the query has ${source.length} characters; at most ${searchLimits.maxLength} are taken`;
    const start = searchLimits.maxLength;
    return {
      tree: undefined,
      diagnostics: [{ severity: 'error', message, start, end: source.length }],
    };
  }
  const lexed = lexLucene(source);
  return new Parser(source, lexed.tokens, lexed.diagnostics).run();
}

class Parser {
  private readonly source: string;
  private readonly tokens: readonly LuceneToken[];
  private readonly diagnostics: Diagnostic[];
  private at = 0;
  private depth = 0;
  private terms = 0;
  private failed: boolean;

  constructor(source: string, tokens: readonly LuceneToken[], diagnostics: readonly Diagnostic[]) {
    this.source = source;
    this.tokens = tokens;
    this.diagnostics = [...diagnostics];
    this.failed = diagnostics.some((each) => each.severity === 'error');
  }

  run(): Parsed {
    const items: SyntaxNode[] = [];
    while (this.at < this.tokens.length) {
      const item = this.or();
      if (item) items.push(item);
      const stray = this.next;
      if (!stray) break;
      if (stray.kind === 'close') this.report('error', 'this bracket closes nothing', stray);
      this.at++;
    }
    return { tree: list('and', items), diagnostics: this.diagnostics };
  }

  private get next(): LuceneToken | undefined {
    return this.tokens[this.at];
  }

  private report(severity: Diagnostic['severity'], message: string, span: Span): void {
    this.failed ||= severity === 'error';
    this.diagnostics.push({ severity, message, start: span.start, end: span.end });
  }

  private or(): SyntaxNode | undefined {
    return this.operands('or', () => this.and());
  }

  private and(): SyntaxNode | undefined {
    return this.operands('and', () => this.unary());
  }

  /** Operands joined by `kind`; terms side by side are joined by AND. */
  private operands(kind: 'and' | 'or', read: () => SyntaxNode | undefined): SyntaxNode | undefined {
    const items: SyntaxNode[] = [];
    for (;;) {
      this.leadingOperator(items.length === 0);
      const item = read();
      if (item) items.push(item);
      const token = this.next;
      if (!token || token.kind === 'close') break;
      if (token.kind === kind) {
        this.at++;
        this.trailingOperator(token);
      } else if (kind === 'or' || token.kind === 'or') break;
    }
    return list(kind, items);
  }

  /** `AND a`, `OR a`: nothing stands before the operator, so it says nothing. */
  private leadingOperator(first: boolean): void {
    for (let token = this.next; token?.kind === 'and' || token?.kind === 'or'; token = this.next) {
      const name = this.source.slice(token.start, token.end);
      if (first) this.report('warning', `nothing stands before ${name}: it is left out`, token);
      else
        this.report(
          'error',
          `two operators follow each other: a term is missing before ${name}`,
          token,
        );
      this.at++;
    }
  }

  private trailingOperator(token: LuceneToken): void {
    const next = this.next;
    if (next && next.kind !== 'close') return;
    const name = this.source.slice(token.start, token.end);
    this.report('warning', `nothing follows ${name}: it is left out`, token);
  }

  private unary(): SyntaxNode | undefined {
    const start = this.next?.start ?? 0;
    let negated = false;
    let last: LuceneToken | undefined;
    for (let each = this.next; each?.kind === 'not' || each?.kind === 'must'; each = this.next) {
      negated = each.kind === 'not' ? !negated : negated;
      last = each;
      this.at++;
    }
    if (!last) return this.primary();
    const follows = this.next?.kind;
    const name = this.source.slice(last.start, last.end);
    if (follows === undefined || follows === 'close') {
      this.report('warning', `nothing follows ${name}: it is left out`, last);
      return undefined;
    }
    if (follows === 'and' || follows === 'or') {
      this.report('error', `${name} needs a term after it`, last);
      return undefined;
    }
    const item = this.primary();
    if (!item || !negated) return item;
    return Object.freeze({ kind: 'not', item, start, end: item.end } as const);
  }

  private primary(): SyntaxNode | undefined {
    const token = this.next;
    if (!token || token.kind === 'close') return undefined;
    if (token.kind === 'open') return this.brackets();
    if (token.kind === 'field') return this.field(token);
    const node = this.term();
    if (node) this.suffix();
    return node;
  }

  private term(): TermNode | undefined {
    const token = this.next;
    if (!token) return undefined;
    this.at++;
    if (token.kind === 'text') {
      if (token.parts.length > searchLimits.maxWildcards + 1)
        this.report('error', `a term may have ${searchLimits.maxWildcards} wildcards`, token);
      return this.count(textNode(token), token);
    }
    if (token.kind === 'range') {
      const { lower, upper, lowerInclusive, upperInclusive, start, end } = token;
      return this.count(
        Object.freeze({
          kind: 'range',
          lower: lower && textNode(lower),
          upper: upper && textNode(upper),
          lowerInclusive,
          upperInclusive,
          start,
          end,
        }),
        token,
      );
    }
    if (token.kind !== 'compare') return undefined;
    const value = this.next;
    if (value?.kind !== 'text') {
      this.report('error', `${token.operator} needs a value after it`, token);
      return undefined;
    }
    this.at++;
    const { operator, start } = token;
    const { end } = value;
    const node = { kind: 'compare', operator, value: textNode(value), start, end } as const;
    return this.count(Object.freeze(node), token);
  }

  private count<T>(node: T, span: Span): T {
    this.terms += 1;
    if (this.terms === searchLimits.maxTerms + 1)
      this.report(
        'error',
        `the query has more than ${searchLimits.maxTerms} terms; shorten it or split it`,
        span,
      );
    return node;
  }

  private suffix(): void {
    const token = this.next;
    if (token?.kind !== 'suffix') return;
    this.at++;
    const text = this.source.slice(token.start, token.end);
    this.report(
      'warning',
      `${text} (fuzziness or boost) has no effect here: it is left out`,
      token,
    );
  }

  private brackets(): SyntaxNode | undefined {
    const { item, start, end } = this.group();
    if (!item && !this.failed)
      this.report('warning', 'nothing stands in these brackets: they are left out', { start, end });
    return item;
  }

  private group(): GroupNode {
    const open = this.tokens[this.at] as LuceneToken;
    this.at++;
    if (this.depth >= searchLimits.maxDepth) {
      this.report('error', `brackets are nested more than ${searchLimits.maxDepth} deep`, open);
      this.at = this.tokens.length;
      return { kind: 'group', item: undefined, start: open.start, end: open.end };
    }
    this.depth++;
    const item = this.or();
    this.depth--;
    const close = this.next;
    if (close?.kind === 'close') this.at++;
    else if (!this.failed) this.report('error', 'this bracket is never closed: add )', open);
    const end = close?.end ?? this.source.length;
    return Object.freeze({ kind: 'group', item, start: open.start, end });
  }

  private field(token: FieldToken): FieldNode {
    this.at++;
    const nameSpan = Object.freeze({ start: token.start, end: token.end - 1 });
    const value = this.fieldValue();
    const gap = value !== undefined && value.start > token.end;
    const end = value?.end ?? token.end;
    const { name, start } = token;
    return Object.freeze({ kind: 'field', name, nameSpan, value, gap, start, end });
  }

  private fieldValue(): TermNode | GroupNode | undefined {
    const next = this.next;
    if (next?.kind === 'open') return this.group();
    if (next?.kind !== 'text' && next?.kind !== 'range' && next?.kind !== 'compare')
      return undefined;
    const value = this.term();
    this.suffix();
    return value;
  }
}

const textNode = ({ form, parts, start, end }: TextToken): TextNode =>
  Object.freeze({ kind: 'text', form, parts: Object.freeze([...parts]), start, end });

function list(kind: 'and' | 'or', items: readonly SyntaxNode[]): SyntaxNode | undefined {
  const [first] = items;
  const last = items.at(-1);
  if (!first || !last || items.length === 1) return first;
  return Object.freeze({
    kind,
    items: Object.freeze([...items]),
    start: first.start,
    end: last.end,
  });
}
