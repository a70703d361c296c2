import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConnectLimits } from './connect-limits.ts';
import { ConnectPace } from './connect-pace.ts';
import { type ConnectOutcome, ConnectQueue, type ConnectQueueOptions, type QueuePlace } from './connect-queue.ts';

let attempts: ConnectOutcome<string>[] = [];
let events: string[] = [];

beforeEach(() => {
  attempts = [];
  events = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function createQueue(
  limits: ConnectLimits,
  options: Partial<ConnectQueueOptions<string>> = {},
): { queue: ConnectQueue<string>; want: (name: string, isRequest?: boolean) => QueuePlace } {
  const queue = new ConnectQueue<string>({
    nowMs: () => Date.now(),
    limits,
    maxConnecting: 128,
    open: (outcome) => {
      attempts.push(outcome);
      return () => events.push('cancelled');
    },
    ...options,
  });
  const want = (name: string, isRequest = true): QueuePlace =>
    queue.add({
      isRequest,
      onConnection: (connection, connectMs) =>
        events.push(`${name} has ${connection}${connectMs === undefined ? ' of another' : ''}`),
      onFailure: (code) => events.push(`${name} ${code}`),
    });
  return { queue, want };
}

test('a shortage holds the queue in its order until a port is free, and no request fails', () => {
  const limits = new ConnectLimits();
  const { queue, want } = createQueue(limits);
  const first = want('first');
  attempts[0]?.onShortage('ports', 'EADDRNOTAVAIL');
  const second = want('second');
  expect(attempts).toHaveLength(1);
  expect([first.isHeld, second.isHeld]).toEqual([true, true]);
  vi.advanceTimersByTime(20);
  attempts[1]?.onShortage('ports', 'EADDRNOTAVAIL');
  vi.advanceTimersByTime(20);
  expect(attempts).toHaveLength(3);
  attempts[2]?.onOpen('A', 1);
  attempts[3]?.onOpen('B', 1);
  expect(events).toEqual(['first has A', 'second has B']);
  expect([first.isHeld, queue.isShort]).toEqual([false, false]);
  expect(limits.tally.counts).toEqual({ shortages: [{ of: 'ports', requests: 2, longestMs: 40, totalMs: 80 }] });
});

test('what is freed ends the wait at once', () => {
  const { queue, want } = createQueue(new ConnectLimits());
  want('first');
  attempts[0]?.onShortage('files', 'EMFILE');
  queue.wake();
  attempts[1]?.onOpen('A', 1);
  expect(events).toEqual(['first has A']);
});

test('a connection that becomes free goes to the first request held back', () => {
  const { queue, want } = createQueue(new ConnectLimits());
  want('first');
  want('second');
  expect(queue.handOver('early')).toBe(false);
  attempts[0]?.onShortage('files', 'EMFILE');
  attempts[1]?.onOpen('B', 1);
  expect(queue.isShort).toBe(false);
  attempts[2]?.onShortage('files', 'EMFILE');
  expect(queue.handOver('A')).toBe(true);
  expect(queue.handOver('A')).toBe(false);
  expect(events).toEqual(['second has B', 'first has A of another']);
  expect(queue.requests).toBe(0);
});

test('connections opened ahead do not wait for what is short', () => {
  const { queue, want } = createQueue(new ConnectLimits(), { maxConnecting: 1 });
  want('ahead', false);
  const next = want('next', false);
  attempts[0]?.onShortage('files', 'EMFILE');
  expect(next.giveUpWaiting()).toBe(true);
  vi.advanceTimersByTime(100);
  expect(attempts).toHaveLength(1);
  expect(events).toEqual(['ahead CONNECT_FAILED']);
  expect(queue.requests).toBe(0);
});

test('a pace spaces connects, whoever wants them', () => {
  const limits = new ConnectLimits(new ConnectPace(100));
  const one = createQueue(limits);
  const other = createQueue(limits);
  const places = [one.want('a'), one.want('b'), other.want('c'), other.want('d')];
  expect(attempts).toHaveLength(1);
  expect(places.map(({ isHeld }) => isHeld)).toEqual([false, true, true, true]);
  const counts = [10, 20, 30, 40].map(() => {
    vi.advanceTimersByTime(10);
    return attempts.length;
  });
  expect(counts).toEqual([2, 3, 4, 4]);
  expect(limits.tally.counts).toEqual({});
});

test('giving up frees the place, before an attempt and during one', () => {
  const { queue, want } = createQueue(new ConnectLimits(), { maxConnecting: 1 });
  const first = want('first');
  const second = want('second');
  want('third');
  second.giveUp();
  first.giveUp();
  expect(events).toEqual(['cancelled']);
  attempts[1]?.onOpen('C', 1);
  expect(events).toEqual(['cancelled', 'third has C']);
  expect(queue.requests).toBe(0);
});
