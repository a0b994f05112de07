import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import {
  makeSecretKey,
  parseSecretKey,
  renderSecretKey,
  SecretError,
  type SecretKey,
} from './secret-box.ts';

/**
 * Keys of the file, the one that seals first; older ones still open what they sealed. Empty where
 * there is no file. Throws a SecretError for a file that holds anything else.
 */
export function readKeyFile(path: string): readonly SecretKey[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    const key = parseSecretKey(line);
    if (key) return key;
    throw new SecretError(
      'damaged',
      `The key file ${path} does not hold a key in line ${index + 1}: expected 32 bytes in base64. It was left as it is. Put back the file from the backup.`,
    );
  });
}

/** Writes the keys, readable by this user alone; the old file stays until the new one is whole. */
export function writeKeyFile(path: string, keys: readonly SecretKey[]): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    chmodSync(temporary, 0o600);
    writeSync(file, keys.map((key) => `${renderSecretKey(key)}\n`).join(''));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

/** Makes a key where the file has none. */
export function makeKeyFile(path: string): readonly SecretKey[] {
  const keys = [makeSecretKey()];
  writeKeyFile(path, keys);
  return keys;
}
