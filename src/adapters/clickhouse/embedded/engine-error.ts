/** A failure as ClickHouse states it. */
export class EngineError extends Error {
  /** ClickHouse's error code; 1002 (UNKNOWN_EXCEPTION) where the text has none. */
  readonly code: number;
  /** ClickHouse's name of the code: `UNKNOWN_TABLE`. */
  readonly codeName: string;

  constructor(message: string, options: { code?: number; name?: string } = {}) {
    const parsed = parseEngineMessage(message);
    super(parsed.message);
    this.name = 'EngineError';
    this.code = options.code ?? parsed.code ?? 1002;
    this.codeName = options.name ?? parsed.codeName ?? 'UNKNOWN_EXCEPTION';
  }

  /** The text that ClickHouse's HTTP interface answers with. */
  render(version: string): string {
    return `Code: ${this.code}. DB::Exception: ${this.message}. (${this.codeName}) (version ${version})`;
  }
}

/** Takes `Code: 60. DB::Exception: text. (UNKNOWN_TABLE) (version …)` apart. */
function parseEngineMessage(text: string): { message: string; code?: number; codeName?: string } {
  const trimmed = text.trim().replace(/ \(version [^()]*(?:\([^()]*\))?\)$/, '');
  const match = /^Code: (\d+)\. DB::Exception: ([\s\S]*?)\.?(?: \(([A-Z][A-Z0-9_]*)\))?$/.exec(
    trimmed,
  );
  if (!match) return { message: trimmed.replace(/\.$/, '') };
  const inner = match[2] ?? '';
  const code = Number(match[1]);
  const nested = inner.startsWith('Code: ') ? parseEngineMessage(inner) : undefined;
  const codeName = match[3] ?? nested?.codeName;
  return { message: nested?.message ?? inner, code, ...(codeName ? { codeName } : {}) };
}

/** HTTP statuses as ClickHouse's server gives them (src/Server/HTTP/exceptionCodeToHTTPStatus.cpp). */
const statusByCode = new Map<number, number>([
  // Broken SQL or data.
  ...[36, 427, 6, 25, 26, 38, 41, 72, 675, 676, 677, 27, 376, 15, 44, 8].map(
    (code) => [code, 400] as const,
  ),
  ...[56, 55, 167, 168, 123, 321, 62, 117, 53].map((code) => [code, 400] as const),
  // Something that was named does not exist.
  ...[60, 46, 47, 50, 56, 81, 115, 150, 63, 73, 336, 78, 511].map((code) => [code, 404] as const),
  [223, 413],
  [48, 501],
  [209, 503],
  [76, 503],
  [439, 503],
  // Credentials.
  [194, 401],
  [192, 403],
  [193, 403],
  [516, 403],
  [497, 403],
  [381, 411],
  [159, 408],
  [415, 415],
  // The engine is draining or busy: not ClickHouse's, but what every client retries.
  [202, 503],
  [236, 503],
]);

export const httpStatus = (code: number): number => statusByCode.get(code) ?? 500;
