/** The state of the trace page, as its address holds it. */
export interface TraceParams {
  /** The open span. */
  span?: string;
  /** What is searched for within the trace. */
  find?: string;
  tab?: 'logs';
}

export function parseTraceParams(raw: Record<string, unknown>): TraceParams {
  const { span, find, tab } = raw;
  return {
    ...(typeof span === 'string' && span !== '' ? { span } : {}),
    ...(typeof find === 'string' && find !== '' ? { find } : {}),
    ...(tab === 'logs' ? { tab } : {}),
  };
}
