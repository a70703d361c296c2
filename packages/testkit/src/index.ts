export { type Capture, type CaptureTruth, loadCaptures } from './captures.ts';
export { type ReplayOptions, type ReplayServer, startReplayServer } from './replay-server.ts';
export { sharedData } from './shared-data.ts';
export { codeThrownBy } from './to-throw-code.ts';
