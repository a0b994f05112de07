/** A start that failed for a reason that a person can mend; the message says how. */
export class StartError extends Error {
  /** What is to be mended: the settings, the data folder with what lies in it, or an address. */
  readonly kind: 'settings' | 'data' | 'address';

  constructor(kind: StartError['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StartError';
    this.kind = kind;
  }
}

/** Why `what` cannot listen. `variable` is the setting of its port. */
export function describeListenFailure(
  what: string,
  variable: string,
  host: string,
  port: number,
  cause: unknown,
): StartError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const at = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const because = (reason: string) =>
    new StartError('address', `The ${what} cannot listen on ${at}: ${reason}.`, cause);
  if (code === 'EADDRINUSE')
    return because(
      `another program does. Stop it, or set ${variable} to another port (0 takes any free one)`,
    );
  if (code === 'EACCES')
    return because(`ports below 1024 need privileges. Set ${variable} to a higher port`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return because(
      'this machine has no such address. Set CASTELLAN_HOST to one of its own, 127.0.0.1 or 0.0.0.0',
    );
  return because(message);
}
