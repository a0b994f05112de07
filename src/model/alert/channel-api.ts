import { z } from 'zod';
import { Severity } from '../fleet/finding.ts';

const Name = z.string().trim().min(1).max(200);
const Url = z
  .url({ protocol: /^https?$/, hostname: /^.+$/ })
  .max(2_000)
  .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url), {
    error: 'a user and a password do not belong into the URL: send them as a header',
  });
/** No line break: it would begin another header. */
const HeaderValue = z
  .string()
  .max(4_000)
  .regex(/^[^\r\n\0]*$/);
const HeaderName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/);
const SigningKey = z.string().min(16).max(1_000);
const Address = z.email().max(320);

const shared = {
  name: Name,
  enabled: z.boolean().default(true),
  /** This severity or a worse one is sent here. */
  minSeverity: Severity.default('info'),
};

/** Secrets (`url`, `password`, `signingKey`, values of headers) are never shown again. */
const SlackBody = z.strictObject({
  ...shared,
  kind: z.literal('slack'),
  /** Address of an incoming webhook. */
  url: Url,
});

const WebhookBody = z.strictObject({
  ...shared,
  kind: z.literal('webhook'),
  url: Url,
  headers: z.record(HeaderName, HeaderValue).default({}),
  /** With it, requests carry `X-Castellan-Timestamp` and `X-Castellan-Signature`. */
  signingKey: SigningKey.optional(),
  /**
   * Body in which `{{title}}` stands for the title as text inside a JSON string, `{{json alerts.0}}`
   * for a value as JSON. Without one the whole notification is sent.
   */
  template: z.string().max(65_536).optional(),
});

const EmailBody = z.strictObject({
  ...shared,
  kind: z.literal('email'),
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[A-Za-z0-9._:-]+$/),
  port: z.int().min(1).max(65_535).default(587),
  /** TLS from the first byte (port 465); else STARTTLS. */
  secure: z.boolean().default(false),
  /** Refuse to speak without TLS. */
  requireTls: z.boolean().default(true),
  username: z.string().max(320).default(''),
  password: z.string().max(1_000).default(''),
  from: Address,
  to: z.array(Address).min(1).max(50),
});

export const ChannelBody = z.discriminatedUnion('kind', [SlackBody, WebhookBody, EmailBody]);
export type ChannelBody = z.infer<typeof ChannelBody>;

/** `PUT`: everything anew, but absent secrets keep their value as long as the target stays. */
export const ChannelChange = z.discriminatedUnion('kind', [
  SlackBody.extend({ url: Url.optional() }),
  WebhookBody.extend({
    url: Url.optional(),
    headers: z.record(HeaderName, HeaderValue).optional(),
    /** Null: it signs no more. */
    signingKey: SigningKey.nullish(),
  }),
  EmailBody.extend({ password: z.string().max(1_000).optional() }),
]);
export type ChannelChange = z.infer<typeof ChannelChange>;

/** A channel as it is shown: without secrets. */
export const Channel = z.object({
  id: z.string(),
  ...shared,
  kind: z.enum(['slack', 'webhook', 'email']),
  /** `environment`: from SLACK_WEBHOOK_URL. */
  origin: z.enum(['api', 'environment']),
  /** Where it leads, as far as that is no secret. */
  target: z.string(),
  /** Webhook: names of the headers, whether it signs, its template. */
  headers: z.array(z.string()).optional(),
  signed: z.boolean().optional(),
  template: z.string().optional(),
  /** E-mail. */
  from: z.string().optional(),
  to: z.array(z.string()).optional(),
  createdAt: z.string(),
  /** Newest delivery; null before the first. */
  lastDelivery: z
    .object({ state: z.string(), at: z.string(), error: z.string().nullable() })
    .nullable(),
  /** Why it cannot be used: its secrets cannot be read. */
  problem: z.string().nullable(),
});
export type Channel = z.infer<typeof Channel>;
export const ChannelsData = z.object({ channels: z.array(Channel) });
export const ChannelData = z.object({ channel: Channel });

/** `POST /channels/{id}/test`. Always 200: a channel that does not work is an answer. */
export const ChannelTestData = z.object({
  ok: z.boolean(),
  message: z.string(),
  hint: z.string().optional(),
  elapsedMs: z.number(),
});

const DeliveryState = z.enum(['waiting', 'sent', 'failed']);
/** One message to one channel. */
export const Delivery = z.object({
  id: z.string(),
  channel: z.string(),
  channelName: z.string(),
  kind: z.enum(['firing', 'updated', 'repeat', 'resolved', 'test']),
  title: z.string(),
  alerts: z.array(z.string()),
  state: DeliveryState,
  attempts: z.int(),
  createdAt: z.string(),
  /** Of the last attempt. */
  lastAttemptAt: z.string().nullable(),
  nextAttemptAt: z.string().nullable(),
  error: z.string().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;
export const DeliveriesData = z.object({ deliveries: z.array(Delivery) });
export const DeliveriesQuery = z.strictObject({
  channel: z.string().max(100).optional(),
  alert: z.string().max(100).optional(),
  state: DeliveryState.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
