import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAssay } from './assay-run.ts';
import type { EngineContext, EngineDriver, EngineInterface } from './engine.ts';
import { judgeKilled } from './judge-killed.ts';
import { readRecordedBody, startRecordingProxy } from './recording-proxy.ts';
import type { CaseResult } from './report.ts';
import { interfaceFlags, toResult } from './suite.ts';

const STREAMS_BEFORE_KILL = 12;
const SETTLE_MS = 150;
const END_WITHIN_MS = 60_000;
const LOAD = [
  ...['--requests', '300', '--concurrency', '6', '--input-tokens', '20', '--output-tokens', '400'],
  ...['--timeout', '40s', '--stall-timeout', '8s', '--connect-timeout', '2s'],
];

/**
 * Ends the server in the middle of streams. The recording of the wire is the truth: as many requests may count as success as
 * answers went by whole, every other record has a code.
 */
export async function runKilledServer(
  driver: EngineDriver,
  face: EngineInterface,
  signal: 'SIGKILL' | 'SIGTERM',
  context: EngineContext,
): Promise<CaseResult> {
  const engine = await driver.start(context);
  const proxy = await startRecordingProxy(engine.origin);
  const name = `${signal} in streams`;
  const disagreements: string[] = [];
  try {
    const folder = join(context.work, [driver.name, face.backend, face.api, signal].join('_'));
    const running = runAssay([...interfaceFlags(proxy.origin, face, true), ...LOAD], folder);
    const hasStreams = await waitForStreams(() => proxy.streams().length, running);
    if (hasStreams) process.kill(engine.pid, signal);
    const end = await engine.waitForEnd(hasStreams ? END_WITHIN_MS : 0);
    const { records } = await running;
    // What assay asks before the load has no id of a record.
    const answers = proxy.streams().filter(({ requestId }) => requestId !== undefined);
    const streams = answers.map((answer) => ({ id: answer.requestId, ...readRecordedBody(answer) }));
    const cut = streams.filter(({ body, isEnded }) => body !== '' && !isEnded).length;
    const whole = new Set(streams.filter(({ body, isEnded }) => face.isWhole(body, isEnded)).map(({ id }) => id));
    if (!hasStreams) disagreements.push('the load ended before there were streams to cut');
    disagreements.push(...judgeKilled(records, whole));
    if (cut === 0 && signal === 'SIGKILL') disagreements.push('no stream was cut: the test proves nothing');
    context.note(
      `${driver.name} ${face.backend}/${face.api} ${signal}: server ${end}, ${records.length} records, ${whole.size} whole, ${cut} cut, ${records.filter(({ outcome }) => outcome === 'ok').length} ok`,
    );
    return toResult(driver, engine, face, true, name, records, disagreements);
  } finally {
    await engine.stop();
    await proxy.close();
  }
}

/** True once enough streams are under way; false when the load ended before. */
async function waitForStreams(count: () => number, running: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  void running.finally(() => {
    isOver = true;
  });
  while (!isOver && count() < STREAMS_BEFORE_KILL) await sleep(10);
  await sleep(SETTLE_MS);
  return !isOver;
}
