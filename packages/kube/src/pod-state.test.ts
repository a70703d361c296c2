import { expect, test } from 'vitest';
import { pod } from '../test/scripted-api.ts';
import { readPod } from './pod-state.ts';

const waiting = (reason: string, message?: string): never =>
  ({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason, message } } }] }) as never;
const unschedulable = {
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }],
} as never;

test.each([
  ['running', { phase: 'Running' }, undefined, false],
  ['being made', waiting('ContainerCreating'), undefined, false],
  ['a pull that may yet work', waiting('ImagePullBackOff', 'not found'), 'ImagePullBackOff: not found', false],
  ['a name that is none', waiting('InvalidImageName', ''), 'InvalidImageName', true],
  ['no room', unschedulable, 'Unschedulable: 0/3 nodes are available', false],
  ['evicted', { phase: 'Failed', reason: 'Evicted', message: 'low on memory' }, 'Evicted: low on memory', false],
  [
    'refused',
    { phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 2, reason: 'Error' } } }] } as never,
    'Error (exit code 2)',
    false,
  ],
  [
    'well ended',
    {
      phase: 'Succeeded',
      containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
    } as never,
    undefined,
    false,
  ],
] as const)('%s', (_, status, trouble, isHopeless) => {
  expect(readPod(pod(3, status))).toMatchObject({ index: 3, trouble, isHopeless });
});

test('a pod without an index is none of a load', () => {
  expect(readPod({ metadata: { name: 'x' } })).toBeUndefined();
});
