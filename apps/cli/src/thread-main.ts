import { isAlarmThread, isEchoThread, serveAlarm, serveEcho } from '@assay/loadgen/threads';

// A helper thread of `assay run`.
if (isEchoThread()) serveEcho();
if (isAlarmThread()) serveAlarm();
