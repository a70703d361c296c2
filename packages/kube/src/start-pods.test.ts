import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { pod, startApi } from '../test/scripted-api.ts';
import { KubeError } from './errors.ts';
import type { PodState } from './pod-state.ts';
import { type StartPodsOptions, startPods } from './start-pods.ts';

const OPTIONS: StartPodsOptions = {
  name: 'assay-x',
  namespace: 'load',
  image: 'assay:1',
  count: 2,
  coordinator: '10.0.0.5:7420',
  cpu: '1',
  memory: '512Mi',
  secrets: [],
  deadlineSeconds: 60,
  token: 'a token of this load',
};

async function until(isTrue: () => boolean): Promise<void> {
  for (let waited = 0; waited < 5000 && !isTrue(); waited += 10) await sleep(10);
  expect(isTrue()).toBe(true);
}

describe('the pods of a load', () => {
  test('rights first, then the suspended Job, its Secret, and only then the pods; all of it goes in the end', async () => {
    const api = await startApi();
    const running = await startPods(api.cluster, OPTIONS);
    const changes = api.asked.filter(({ method, path }) => method !== 'GET' && !path.includes('accessreviews'));
    expect(changes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /apis/batch/v1/namespaces/load/jobs',
      'POST /api/v1/namespaces/load/secrets',
      'PATCH /apis/batch/v1/namespaces/load/jobs/assay-x',
    ]);
    expect(changes.map(({ body }) => body)).toMatchObject([
      { spec: { suspend: true } },
      { stringData: { token: OPTIONS.token }, metadata: { ownerReferences: [{ uid: 'uid-1' }] } },
      { spec: { suspend: false } },
    ]);
    expect(changes[2]?.type).toContain('application/merge-patch+json');
    await running.stop();
    const last = api.asked.at(-1);
    expect(`${last?.method} ${last?.path} ${last?.query.get('propagationPolicy')}`).toBe(
      'DELETE /apis/batch/v1/namespaces/load/jobs/assay-x Background',
    );
  });

  test('a Job that is to stay stays', async () => {
    const api = await startApi();
    const running = await startPods(api.cluster, OPTIONS);
    await running.stop({ isJobKept: true });
    expect(api.asked.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  test('a missing right is named before anything is made', async () => {
    const api = await startApi(({ path, body }) => {
      if (!path.endsWith('/selfsubjectaccessreviews')) return undefined;
      const { resource, verb } = (body as { spec: { resourceAttributes: { resource: string; verb: string } } }).spec
        .resourceAttributes;
      return { status: 201, body: { status: { allowed: !(resource === 'jobs' && verb === 'delete') } } };
    });
    await expect(startPods(api.cluster, OPTIONS)).rejects.toMatchObject({
      code: 'KUBE_FORBIDDEN',
      message: 'in the namespace load these rights are missing: delete jobs',
      hint: expect.stringContaining('assay job access --namespace load'),
    });
    expect(api.asked.every(({ path }) => path.endsWith('/selfsubjectaccessreviews'))).toBe(true);
  });

  test('a Secret that is refused leaves no Job behind, and the reason is the server’s', async () => {
    const message = 'exceeded quota: secrets';
    const api = await startApi(({ path }) =>
      path.endsWith('/secrets') ? { status: 409, body: { kind: 'Status', message } } : undefined,
    );
    await expect(startPods(api.cluster, OPTIONS)).rejects.toMatchObject({
      code: 'KUBE_REFUSED',
      message: `cannot create the Secret: ${message}`,
    });
    expect(api.asked.at(-1)?.method).toBe('DELETE');
  });

  test('changes are told once, over ended watches too; a replaced pod stands beside the one that failed', async () => {
    const api = await startApi();
    api.pods = [pod(0)];
    const told: PodState[] = [];
    const running = await startPods(api.cluster, { ...OPTIONS, onPod: (state) => told.push(state) });
    await until(() => api.asked.some(({ query }) => query.get('watch') === 'true'));
    expect(api.asked.at(-1)?.query.get('resourceVersion')).toBe('7');
    const killed = {
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
    };
    api.change('MODIFIED', pod(0));
    api.change('MODIFIED', pod(0, killed as never));
    await until(() => told.length === 2);
    api.pods = [pod(0, killed as never), pod(0, { phase: 'Pending' }, 'load-0-fghij')];
    api.endWatches();
    await until(() => told.length === 3);
    expect(running.states().map(({ name, phase, trouble, node }) => [name, phase, trouble, node])).toEqual([
      ['load-0-abcde', 'Failed', 'OOMKilled (exit code 137)', 'node-1'],
      ['load-0-fghij', 'Pending', undefined, 'node-1'],
    ]);
    expect(await running.lastLines('load-0-abcde')).toBe('last words');
    await running.stop();
  });

  test('a pod that can never start ends the wait, with the reason', async () => {
    const api = await startApi();
    const waiting = { reason: 'InvalidImageName', message: 'no such name' };
    api.pods = [pod(1, { phase: 'Pending', containerStatuses: [{ state: { waiting } }] } as never)];
    const running = await startPods(api.cluster, OPTIONS);
    await until(() => running.failed.aborted);
    expect(running.failed.reason).toBeInstanceOf(KubeError);
    expect((running.failed.reason as KubeError).message).toBe(
      'pod load-1-abcde cannot start: InvalidImageName: no such name',
    );
    await running.stop();
  });
});
