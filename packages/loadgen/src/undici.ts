/**
 * The second transport, apart from the rest: whoever sends by the first one does not load an HTTP library of 25 MB of memory.
 *
 * @packageDocumentation
 */
export { createUndiciTransport, type UndiciTransportOptions } from './transport/undici-transport.ts';
