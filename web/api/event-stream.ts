/** One server-sent event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  /** The last id seen, this event's or an earlier one's; '' before the first. */
  readonly id: string;
}

/**
 * Parses `text/event-stream` piece by piece, by the HTML standard's rules: lines end with CR, LF or
 * both, `data` lines join with LF, events without data are dropped, the id stays until replaced.
 */
export function createEventParser(): (chunk: string) => ServerEvent[] {
  let rest = '';
  let event = '';
  let data: string[] = [];
  let id = '';

  const take = (line: string, out: ServerEvent[]): void => {
    if (line === '') {
      if (data.length > 0) out.push({ event: event || 'message', data: data.join('\n'), id });
      event = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
    else if (name === 'id' && !value.includes('\0')) id = value;
  };

  return (chunk) => {
    const out: ServerEvent[] = [];
    rest += chunk;
    // A CR at the very end may be the first half of CRLF: it waits for the next piece.
    const end = rest.endsWith('\r') ? rest.length - 1 : rest.length;
    const lines = rest.slice(0, end).split(/\r\n|\r|\n/);
    rest = (lines.pop() ?? '') + rest.slice(end);
    for (const line of lines) take(line, out);
    return out;
  };
}
