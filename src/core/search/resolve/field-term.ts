import { err, ok, type Result } from '../../../base/result.ts';
import { isNumeric, isTextual } from '../column-type.ts';
import type { CompareNode, RangeNode, TermNode, TextNode } from '../lucene/syntax-tree.ts';
import type { Bound, Literal, Operand, Predicate } from '../query-ir.ts';
import type { ResolvedField } from './field.ts';
import { parseNumber, parseScalar, parseTime } from './literal.ts';

/** Why a term cannot be asked of a field; `text` is the part of the term that is at fault. */
interface TermProblem {
  readonly message: string;
  readonly text: TermNode;
}

type Outcome = Result<Predicate, TermProblem>;

/** What a term asks of a field. In a group (`f:(…)`) a phrase is a substring, not the whole value. */
export function predicateOnField(field: ResolvedField, term: TermNode, inGroup: boolean): Outcome {
  const { through, operand } = field;
  if (!through) return predicateOn(operand, term, inGroup, 0);
  const item = predicateOn(operand, term, inGroup, 1);
  return item.ok ? ok({ kind: 'some', array: through, depth: 0, item: item.value }) : item;
}

function predicateOn(operand: Operand, term: TermNode, inGroup: boolean, depth: number): Outcome {
  const { type, label } = operand;
  if (type.kind === 'map')
    return fail(term, `${label} is a map: name one of its keys, such as ${label}.key:value`);
  if (type.kind === 'json')
    return fail(term, `${label} holds JSON: name a path in it, such as ${label}.path:value`);
  if (type.kind === 'tuple' || type.kind === 'unsearchable')
    return fail(term, `${label} is of type ${type.text}, which cannot be searched here; use SQL`);
  if (isPresence(term)) return ok({ kind: 'present', operand });
  if (type.kind === 'array') {
    const element: Operand = { kind: 'element', depth, type: type.element, label };
    const item = predicateOn(element, term, inGroup, depth + 1);
    return item.ok ? ok({ kind: 'some', array: operand, depth, item: item.value }) : item;
  }
  if (term.kind === 'compare') return compare(operand, term);
  if (term.kind === 'range') return range(operand, term);
  return isTextual(type) ? text(operand, term, inGroup) : scalar(operand, term);
}

const fail = (text: TermNode, message: string): Outcome => err({ message, text });

/** `*` and `[* TO *]`. */
export const isPresence = (term: TermNode): boolean =>
  term.kind === 'text'
    ? term.parts.length > 1 && term.parts.every((part) => part === '')
    : term.kind === 'range' && !term.lower && !term.upper;

function text(operand: Operand, term: TextNode, inGroup: boolean): Outcome {
  const [first = '', ...more] = term.parts;
  if (more.length > 0) return ok({ kind: 'like', operand, pattern: term.parts });
  if (isWholeId(operand, first))
    return ok({ kind: 'equals', operand, value: { kind: 'string', value: first.toLowerCase() } });
  if (term.form !== 'phrase' || inGroup)
    return ok(first === '' ? { kind: 'all' } : { kind: 'like', operand, pattern: ['', first, ''] });
  // Nothing equals an empty UUID or address.
  const literal =
    first === '' && operand.type.kind !== 'string'
      ? ok({ kind: 'string', value: '' } as const)
      : parseScalar(first, operand.type, operand.label);
  return literal.ok
    ? ok({ kind: 'equals', operand, value: literal.value })
    : fail(term, literal.error);
}

const idDigits: Readonly<Record<string, number>> = { TraceId: 32, SpanId: 16, ParentSpanId: 16 };

/**
 * Trace and span ids have one length and are stored in lower case (OpenTelemetry's data model, W3C
 * Trace Context): to contain one is to equal it, which the index on `TraceId` answers.
 */
const isWholeId = (operand: Operand, text: string): boolean =>
  operand.kind === 'column' && text.length === idDigits[operand.name] && /^[0-9a-f]+$/i.test(text);

function scalar(operand: Operand, term: TextNode): Outcome {
  const { type, label } = operand;
  if (term.parts.length > 1)
    return fail(term, `${label} is of type ${type.text}: * stands for text only`);
  const written = term.parts[0] ?? '';
  if (type.kind === 'time' || type.kind === 'date') return timeEquals(operand, term, written);
  const literal = parseScalar(written, type, label);
  return literal.ok
    ? ok({ kind: 'equals', operand, value: literal.value })
    : fail(term, literal.error);
}

/** A time is met where it is written less exactly than stored: `2026-01-02` is that whole day. */
function timeEquals(operand: Operand, term: TextNode, written: string): Outcome {
  const time = parseTime(written);
  if (!time.ok) return fail(term, `${operand.label}: ${time.error}`);
  const { ns, untilNs } = time.value;
  const value: Literal = { kind: 'time', ns };
  if (untilNs - ns === 1n) return ok({ kind: 'equals', operand, value });
  const until: Literal = { kind: 'time', ns: untilNs };
  return ok({
    kind: 'range',
    operand,
    lower: { value, inclusive: true },
    upper: { value: until, inclusive: false },
  });
}

/** Numbers in text compare as numbers; other text in the order of its bytes. */
function bound(operand: Operand, node: TextNode, asText: boolean): Result<Literal, string> {
  const { type, label } = operand;
  if (node.parts.length > 1) return err(`${label}: * cannot be compared`);
  const written = node.parts[0] ?? '';
  if (type.kind === 'bool') return err(`${label} is true or false and has no order`);
  if (type.kind === 'enum' || type.kind === 'uuid')
    return err(`${label} is of type ${type.text} and has no order; use SQL`);
  if (!isTextual(type) || type.kind === 'ip4' || type.kind === 'ip6')
    return parseScalar(written, type, label);
  const number = asText ? undefined : parseNumber(written);
  return ok(number ? { kind: 'float', value: number.value } : { kind: 'string', value: written });
}

function compare(operand: Operand, term: CompareNode): Outcome {
  const value = bound(operand, term.value, false);
  if (!value.ok) return fail(term.value, value.error);
  return ok({ kind: 'compare', operand, operator: term.operator, value: value.value });
}

function range(operand: Operand, term: RangeNode): Outcome {
  const written = [term.lower, term.upper].filter((node) => node !== undefined);
  const asText =
    !isNumeric(operand.type) && written.some((node) => !parseNumber(node.parts[0] ?? ''));
  const bounds: (Bound | undefined)[] = [];
  for (const [node, inclusive] of [
    [term.lower, term.lowerInclusive],
    [term.upper, term.upperInclusive],
  ] as const) {
    const value = node && bound(operand, node, asText);
    if (value && !value.ok) return fail(node, value.error);
    bounds.push(value && { value: value.value, inclusive });
  }
  return ok({ kind: 'range', operand, lower: bounds[0], upper: bounds[1] });
}
