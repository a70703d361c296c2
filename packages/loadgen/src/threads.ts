/**
 * What helper threads of a load run: an alarm, and the echo of a calibration. Apart from the rest, because a thread loads all that its module names.
 *
 * @packageDocumentation
 */
export { isAlarmThread, serveAlarm } from './alarm/serve-alarm.ts';
export { isEchoThread, serveEcho } from './client-error/serve-echo.ts';
