import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type { NotificationMessage } from '../../core/alerting/index.ts';
import { checkAddresses } from './checked-address.ts';
import { DeliveryError } from './delivery-error.ts';
import { renderEmail } from './email-message.ts';
import type { SendOptions } from './send-message.ts';

export interface EmailTarget {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly requireTls: boolean;
  readonly username: string;
  readonly password: string;
  readonly from: string;
  readonly to: readonly string[];
}

/** Sends a message by SMTP. Throws a DeliveryError. */
export async function sendEmail(
  target: EmailTarget,
  message: NotificationMessage,
  options: SendOptions,
): Promise<void> {
  const [address] = await checkAddresses(target.host, options.addresses);
  const { timeoutMs } = options.limits;
  const transport = createTransport({
    // The address that was checked; the certificate has to carry the name.
    host: address?.address ?? target.host,
    port: target.port,
    secure: target.secure,
    requireTLS: target.requireTls && !target.secure,
    tls: isIP(target.host) > 0 ? {} : { servername: target.host },
    ...(target.username === '' ? {} : { auth: { user: target.username, pass: target.password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const stop = () => transport.close();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    await transport.sendMail({
      from: target.from,
      to: [...target.to],
      ...renderEmail(message),
      // The same when it is sent again: mail programs show it once.
      messageId: `<${message.id.replace(/[^\w.-]/g, '-')}@castellan>`,
      headers: { 'X-Castellan-Delivery': message.id, 'Auto-Submitted': 'auto-generated' },
    });
  } catch (error) {
    throw describe(error, target);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    transport.close();
  }
}

interface SmtpFailure extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** SMTP: 4xx may pass, 5xx will not (RFC 5321, 4.2.1). */
function describe(error: unknown, { host, port }: EmailTarget): DeliveryError {
  const { code, responseCode, response, message } = error as SmtpFailure;
  const where = `${host}:${port}`;
  if (code === 'EAUTH')
    return new DeliveryError(`${where} refused the user or the password: ${response ?? message}`, {
      retryable: responseCode !== undefined && responseCode < 500,
      hint: 'Check the user and the password of the channel.',
      cause: error,
    });
  if (code === 'ETLS' || (responseCode === undefined && /certificate|SSL|TLS/i.test(message)))
    return new DeliveryError(`${where} does not speak TLS as it must: ${message}`, {
      retryable: false,
      hint: 'Port 465 needs secure, port 587 STARTTLS; without TLS set requireTls to false.',
      cause: error,
    });
  if (responseCode !== undefined)
    return new DeliveryError(`${where} answered ${response ?? responseCode}`, {
      retryable: responseCode < 500,
      cause: error,
    });
  return new DeliveryError(`${where}: ${message}`, { retryable: true, cause: error });
}
