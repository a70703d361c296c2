export { type Clock, createSystemClock, createSystemTimer, type Timer, type TimerFunctions } from './clock.ts';
export { philox4x32, type Words } from './random/philox.ts';
export { createRandom, type RandomSource, type RandomStream } from './random/random.ts';
export { type SleepSignal, sleepUntil } from './sleep-until.ts';
