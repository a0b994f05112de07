import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** 32 bytes that seal secrets, and the short name by which a box tells which one it needs. */
export interface SecretKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** A box that none of the keys opens. The message says what happened and what to do. */
export class SecretError extends Error {
  readonly kind: 'other_key' | 'damaged';

  constructor(kind: SecretError['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SecretError';
    this.kind = kind;
  }
}

const format = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/** The key with its id, which tells nothing about the key. */
const secretKey = (bytes: Uint8Array): SecretKey => ({
  id: createHash('sha256').update('castellan key id').update(bytes).digest('hex').slice(0, 8),
  bytes,
});

export const makeSecretKey = (): SecretKey => secretKey(randomBytes(32));

/** The 32 bytes that a key's text stands for: base64 or base64url, as Fernet keys are written. */
export function parseSecretKey(text: string): SecretKey | undefined {
  const trimmed = text.trim();
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined;
  const bytes = Buffer.from(trimmed.replaceAll('+', '-').replaceAll('/', '_'), 'base64url');
  return bytes.length === 32 ? secretKey(bytes) : undefined;
}

export const renderSecretKey = (key: SecretKey): string =>
  `${Buffer.from(key.bytes).toString('base64url')}=`;

/**
 * Seals a text with AES-256-GCM. The box is bound to its owner: copied to another row it does not
 * open.
 */
export function sealSecret(key: SecretKey, owner: string, text: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [format, key.id, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
}

/** Id of the key that a box was sealed with; '' where it is no box. */
export function keyIdOf(box: string): string {
  const [version, id] = box.split('.');
  return version === format && id !== undefined ? id : '';
}

/** Opens a box with the one of `keys` that it was sealed with. Throws a SecretError. */
export function openSecret(keys: readonly SecretKey[], owner: string, box: string): string {
  const [version, id, nonceText, sealedText] = box.split('.');
  if (version !== format || !nonceText || !sealedText)
    throw new SecretError('damaged', `the stored secret of ${owner} is damaged`);
  const key = keys.find((each) => each.id === id);
  if (!key)
    throw new SecretError(
      'other_key',
      `the stored secret of ${owner} was sealed with the key ${id}, which is not here`,
    );
  const sealed = Buffer.from(sealedText, 'base64url');
  try {
    const decipher = createDecipheriv(
      'aes-256-gcm',
      key.bytes,
      Buffer.from(nonceText, 'base64url'),
      { authTagLength: tagBytes },
    )
      .setAAD(Buffer.from(owner))
      .setAuthTag(sealed.subarray(-tagBytes));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]);
    return plain.toString('utf8');
  } catch (error) {
    throw new SecretError('damaged', `the stored secret of ${owner} is damaged`, error);
  }
}
