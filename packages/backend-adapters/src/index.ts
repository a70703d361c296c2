export { AdapterError, type AdapterErrorCode } from './adapter-error.ts';
export { createBackend } from './create-backend.ts';
export { type IdentifyOptions, identifyServer, type ServerIdentity } from './identify/identify-server.ts';
export type { BackendOptions } from './openai/backend-options.ts';
