import { z } from 'zod';

/** Format of the archive that this version writes and reads. */
export const backupFormat = 1;

/** Name of the entry that comes first and lists the others. */
export const manifestName = 'manifest.json';

/** Names that an archive may hold: nothing is ever written elsewhere. */
const BackupEntryName = z
  .string()
  .regex(/^(state\.sqlite|\.key|samples\/fleet_samples(_1m|_10m|_1h)?\.native\.zst)$/);

export const BackupEntry = z.object({
  name: BackupEntryName,
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BackupEntry = z.infer<typeof BackupEntry>;

/** What a backup holds. */
export const BackupManifest = z.object({
  format: z.int(),
  castellan: z.string(),
  createdAt: z.string(),
  entries: z.array(BackupEntry).max(10),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

/** `POST /backup`. */
export const BackupBody = z.object({
  /** Adds the key that opens the stored passwords. Whoever has such an archive has them. */
  withKey: z.boolean().default(false),
  /** Leaves out the samples. */
  withoutSamples: z.boolean().default(false),
});
