import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';

const TIMEOUT_CODES: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
  'TimeoutError',
  'AbortError',
  'ABORT_ERR',
  'CONNECT_TIMEOUT',
  'TIMEOUT',
]);

const CERTIFICATE_CODE = /CERT|SELF_SIGNED|ISSUER|UNABLE_TO_VERIFY|ALTNAME/;
const TLS_CODE = /SSL|TLS|EPROTO/;
const CLOSED_CODES: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'SOCKET_RESET']);

interface Link {
  readonly code: string;
  readonly message: string;
}

/** Codes and messages of an error and all that it wraps, outermost first. */
function chainOf(error: unknown): readonly Link[] {
  const links: Link[] = [];
  const queue: unknown[] = [error];
  while (queue.length > 0 && links.length < 16) {
    const current = queue.shift();
    if (!(current instanceof Error)) continue;
    const code = 'code' in current && typeof current.code === 'string' ? current.code : current.name;
    links.push({ code, message: current.message });
    queue.push(current.cause, ...(current instanceof AggregateError ? current.errors : []));
  }
  return links;
}

/** Says in the user's words why a target gave no answer; what says so already stays. Every result has exit code 5. */
export function explainUnreachable(error: unknown, target: string): CliError {
  if (error instanceof CliError) return error;
  const links = chainOf(error);
  const has = (test: (link: Link) => boolean): Link | undefined => links.find(test);
  const fail = (
    code: 'TARGET_UNREACHABLE' | 'TARGET_TIMEOUT' | 'TARGET_TLS',
    message: string,
    hint: string,
  ): CliError => new CliError(code, message, { hint, cause: error, exitCode: EXIT.unreachable });
  const isHttps = target.startsWith('https:');

  if (has(({ code }) => code === 'ECONNREFUSED') !== undefined) {
    return fail(
      'TARGET_UNREACHABLE',
      `nothing listens at ${target}`,
      'is the server up, and is that its port? --simulate needs none',
    );
  }
  if (has(({ code }) => code === 'ENOTFOUND' || code === 'EAI_AGAIN') !== undefined) {
    return fail('TARGET_UNREACHABLE', `the name in ${target} is unknown`, 'check the host name');
  }
  // The alert of TLS 1.3; older servers break off without saying why.
  if (has(({ code, message }) => /ALERT_CERTIFICATE_REQUIRED/.test(code) || /certificate required/i.test(message))) {
    return fail(
      'TARGET_TLS',
      `${target} wants a certificate of this client`,
      'give it with --cert-file and --key-file',
    );
  }
  const certificate = has(({ code }) => CERTIFICATE_CODE.test(code));
  if (certificate !== undefined) {
    return fail(
      'TARGET_TLS',
      `the certificate of ${target} is not trusted: ${certificate.message}`,
      'give its authority with --ca-file, or --insecure',
    );
  }
  const plain = target.replace(/^https:/, 'http:');
  if (has(({ code }) => TLS_CODE.test(code)) !== undefined) {
    return fail('TARGET_TLS', `${target} does not speak TLS`, `try ${plain}`);
  }
  if (isHttps && has(({ code }) => CLOSED_CODES.has(code)) !== undefined) {
    return fail(
      'TARGET_TLS',
      `${target} closes the connection during or right after the handshake`,
      `it may want a certificate of this client (--cert-file and --key-file), or not speak TLS: try ${plain}`,
    );
  }
  if (has(({ code, message }) => TIMEOUT_CODES.has(code) || /tim(ed? ?out|eout)/i.test(message)) !== undefined) {
    return fail(
      'TARGET_TIMEOUT',
      `${target} never answers`,
      'the port is open, but no answer came; is it the right service?',
    );
  }
  if (
    has(({ code }) => CLOSED_CODES.has(code) || code.startsWith('HPE_') || code === 'HTTPParserError') !== undefined
  ) {
    return fail(
      'TARGET_TLS',
      `${target} does not answer in HTTP`,
      `if it speaks TLS, try ${target.replace(/^http:/, 'https:')}`,
    );
  }
  return fail(
    'TARGET_UNREACHABLE',
    `${target} cannot be reached: ${links.at(-1)?.message ?? String(error)}`,
    'check address and network',
  );
}
