import { serveAlarm } from '../src/threads.ts';

serveAlarm();
