/** The state of the page for sending data, as its address holds it. */
export interface SendParams {
  /** The chosen snippet. */
  with?: string;
}

export const parseSendParams = (raw: Record<string, unknown>): SendParams =>
  typeof raw.with === 'string' && raw.with !== '' ? { with: raw.with } : {};
