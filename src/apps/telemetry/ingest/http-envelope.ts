import type { IncomingHttpHeaders } from 'node:http';
import { err, ok, type Result } from '../../../base/result.ts';
import type { Signal } from '../../../model/telemetry/tables.ts';
import { type ContentCoding, parseContentCoding } from './content-coding.ts';
import { tooLarge } from './held-body.ts';
import type { HostRule } from './host-rule.ts';
import type { OtlpEncoding } from './http-route.ts';
import { parseContentType } from './http-route.ts';
import type { KeyRing, Sender } from './key-ring.ts';
import type { Refusal } from './refusal.ts';

/** An export request whose headers are in order. */
export interface Envelope {
  readonly signal: Signal;
  readonly encoding: OtlpEncoding;
  readonly coding: ContentCoding;
  readonly sender: Sender;
}

export interface EnvelopeRules {
  readonly keys: KeyRing;
  readonly hostRule: HostRule;
  readonly maxBodyBytes: number;
}

/** Decides by the headers alone whether the body of an export request is worth reading. */
export function checkEnvelope(
  headers: IncomingHttpHeaders,
  signal: Signal,
  { keys, hostRule, maxBodyBytes }: EnvelopeRules,
): Result<Envelope, Refusal> {
  const foreign = hostRule(headers.host);
  if (foreign) return err(foreign);
  const sender = keys.identify(headers.authorization);
  if (!sender.ok) return sender;
  const encoding = parseContentType(headers['content-type']);
  if (!encoding.ok) return encoding;
  const coding = parseContentCoding(headers['content-encoding']);
  if (!coding.ok) return coding;
  if (Number(headers['content-length'] ?? 0) > maxBodyBytes) return err(tooLarge(maxBodyBytes));
  return ok({ signal, encoding: encoding.value, coding: coding.value, sender: sender.value });
}
