export { decodeOtlp } from './decode-otlp.ts';
export { encodeExportResponse, encodeStatus } from './response.ts';
