import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type ResponseCoding, responseCoding } from './content-coding.ts';
import { type EngineError, httpStatus } from './engine-error.ts';
import type { FrontRequest } from './front-request.ts';
import { contentType } from './output-formats.ts';
import type { RunTotals } from './statement-runner.ts';

/** An answer up to this size is held back until its end, so that its headers can tell all. */
const holdBackBytes = 2 ** 20;

/** Writes one answer: headers with what is known when they leave, body, or an error at any time. */
export class ResponseWriter {
  readonly #response: ServerResponse;
  readonly #version: string;
  readonly #timezone: string;
  readonly #started = performance.now();
  readonly #tag = randomBytes(8).toString('hex');
  #request: FrontRequest | undefined;
  #format: string | undefined;
  #coding: ResponseCoding | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(response: ServerResponse, version: string, timezone: string) {
    this.#response = response;
    this.#version = version;
    this.#timezone = timezone;
  }

  begin(request: FrontRequest): void {
    this.#request = request;
  }

  setFormat(format: string, hasResult: boolean): void {
    this.#format = hasResult ? format : undefined;
  }

  async piece(bytes: Buffer, totals: RunTotals): Promise<void> {
    if (this.#coding) return this.#coding.write(bytes);
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > holdBackBytes) await this.#sendHeld(totals);
  }

  async end(totals: RunTotals): Promise<void> {
    if (!this.#coding) await this.#sendHeld(totals);
    await this.#coding?.end();
  }

  /** Before the headers: an HTTP error. After them: ClickHouse's exception block, then a cut. */
  async fail(error: EngineError): Promise<void> {
    const text = error.render(this.#version);
    const response = this.#response;
    if (response.destroyed) return;
    if (!this.#coding) {
      this.#commonHeaders();
      response.statusCode = httpStatus(error.code);
      response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
      response.setHeader('X-ClickHouse-Exception-Code', String(error.code));
      if (response.statusCode === 401)
        response.setHeader('WWW-Authenticate', 'Basic realm="ClickHouse"');
      response.end(`${text}\n`);
      return;
    }
    await this.#coding.write(exceptionBlock(text, this.#tag));
    await this.#coding.finish();
    // Without the last chunk: a client that knows no exception block sees a broken answer.
    response.socket?.end();
  }

  async #sendHeld(totals: RunTotals): Promise<void> {
    const request = this.#request;
    const response = this.#response;
    const hasBody = this.#heldBytes > 0;
    this.#commonHeaders();
    if (this.#format !== undefined) {
      response.setHeader('Content-Type', contentType(this.#format));
      response.setHeader('X-ClickHouse-Format', this.#format);
    } else response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
    response.setHeader('X-ClickHouse-Summary', this.#summary(totals));
    response.setHeader('X-ClickHouse-Exception-Tag', this.#tag);
    const coding = responseCoding(
      hasBody ? (request?.acceptEncoding ?? '') : '',
      request?.compressBlocks ?? false,
      response,
    );
    if (coding.name !== undefined) response.setHeader('Content-Encoding', coding.name);
    response.writeHead(200);
    this.#coding = coding;
    const held = Buffer.concat(this.#held);
    this.#held = [];
    await coding.write(held);
  }

  #commonHeaders(): void {
    this.#response.setHeader('X-ClickHouse-Server-Display-Name', 'castellan');
    this.#response.setHeader('X-ClickHouse-Timezone', this.#timezone);
    if (this.#request) this.#response.setHeader('X-ClickHouse-Query-Id', this.#request.queryId);
  }

  /** All values are strings, as the server writes them. */
  #summary(totals: RunTotals): string {
    return JSON.stringify({
      read_rows: String(totals.readRows),
      read_bytes: String(totals.readBytes),
      written_rows: String(totals.writtenRows),
      written_bytes: String(totals.writtenBytes),
      total_rows_to_read: String(totals.readRows),
      result_rows: String(totals.resultRows || totals.writtenRows),
      result_bytes: String(totals.resultBytes),
      elapsed_ns: String(Math.round((performance.now() - this.#started) * 1e6)),
    });
  }
}

/** As ClickHouse since 25.11 ends a body whose query failed after its first bytes were sent. */
function exceptionBlock(message: string, tag: string): Buffer {
  const line = `${message}\n`;
  const size = Buffer.byteLength(line);
  return Buffer.from(`\r\n__exception__\r\n${tag}\r\n${line}${size} ${tag}\r\n__exception__\r\n`);
}
