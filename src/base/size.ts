import { err, ok, type Result } from './result.ts';

const unitBytes: Record<string, number> = {
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  ki: 2 ** 10,
  kib: 2 ** 10,
  mi: 2 ** 20,
  mib: 2 ** 20,
  gi: 2 ** 30,
  gib: 2 ** 30,
  ti: 2 ** 40,
  tib: 2 ** 40,
};

/** Parses `8GiB`, `512 MB`, `1048576`. Returns bytes; the error says what is accepted. */
export function parseSizeBytes(text: string): Result<number, string> {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const factor = match ? unitBytes[(match[2] || 'b').toLowerCase()] : undefined;
  if (!match || factor === undefined)
    return err(`"${text}" is not a size; write for example 8GiB, 512MB or a number of bytes`);
  return ok(Math.round(Number(match[1]) * factor));
}
