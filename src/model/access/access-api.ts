import { z } from 'zod';

/** An ingestion key as listed. The secret is shown once, when it is made or rotated. */
export const IngestionKey = z.object({
  id: z.string(),
  name: z.string(),
  /** First characters of the secret, to recognise it by. */
  hint: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  /** After rotation the old secret works until then. */
  previousSecretUntil: z.string().nullable(),
  revokedAt: z.string().nullable(),
  /** Limits; null = the default of the configuration. */
  recordsPerSecond: z.number().nullable(),
  bytesPerSecond: z.number().nullable(),
  counters: z.object({
    requests: z.number(),
    records: z.number(),
    bytes: z.number(),
    refused: z.number(),
  }),
});
export type IngestionKey = z.infer<typeof IngestionKey>;

export const KeyBody = z.strictObject({
  name: z.string().trim().min(1).max(100),
  recordsPerSecond: z.number().positive().nullable().optional(),
  bytesPerSecond: z.number().positive().nullable().optional(),
});
export const RotateBody = z.strictObject({
  /** How long the old secret still works, as a duration such as 24h. */
  overlap: z.string().default('24h'),
});
export const KeysData = z.object({ keys: z.array(IngestionKey) });
export const KeyCreated = z.object({ key: IngestionKey, secret: z.string() });

export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  hint: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;
export const TokenBody = z.strictObject({ name: z.string().trim().min(1).max(100) });
export const TokensData = z.object({ tokens: z.array(ApiToken) });
export const TokenCreated = z.object({ token: ApiToken, secret: z.string() });

export const LoginBody = z.strictObject({ password: z.string().max(1_024) });
export const SessionData = z.object({
  /** `open`: no password is set. */
  mode: z.enum(['open', 'password']),
  authenticated: z.boolean(),
});
