import type { Outcome } from '@assay/contracts';
import type { TransportFailureCode } from '../transport/transport.ts';

/** Kind of outcome of a transport failure before an answer was under way. */
export function outcomeOfFailure(code: TransportFailureCode): Outcome {
  switch (code) {
    case 'CONNECT_TIMEOUT':
      return 'timeout';
    case 'HTTP_MALFORMED':
    case 'STREAM_TRUNCATED':
      return 'protocol';
    case 'CONNECT_REFUSED':
    case 'CONNECT_FAILED':
    case 'TLS_FAILED':
    case 'SOCKET_RESET':
      return 'network';
  }
}
