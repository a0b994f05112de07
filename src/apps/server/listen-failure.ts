/** A listener cannot have its address; the message says why and what to do. */
export class ListenError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'ListenError';
  }
}

/** Why `what` cannot listen. `variable` is the setting of its port. */
export function describeListenFailure(
  what: string,
  variable: string,
  host: string,
  port: number,
  cause: unknown,
): ListenError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const at = `${host}:${port}`;
  if (code === 'EADDRINUSE')
    return new ListenError(
      `The ${what} cannot listen on ${at}: another program does. Stop it, or set ${variable} to another port (0 takes any free one).`,
      cause,
    );
  if (code === 'EACCES')
    return new ListenError(
      `The ${what} may not listen on ${at}: ports below 1024 need privileges. Set ${variable} to a higher port.`,
      cause,
    );
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new ListenError(
      `The ${what} cannot listen on ${at}: this machine has no such address. Set CASTELLAN_HOST to one of its own, 127.0.0.1 or 0.0.0.0.`,
      cause,
    );
  return new ListenError(`The ${what} cannot listen on ${at}: ${message}.`, cause);
}
