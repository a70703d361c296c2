import { describe, expect, test } from 'vitest';
import { schemaFaults } from '../test/check-schema.ts';
import { NEEDED_RIGHTS, renderAccess } from './access.ts';
import { renderShardJob, type ShardJobOptions } from './shard-job.ts';
import { renderTokenSecret } from './token-secret.ts';

const OPTIONS: ShardJobOptions = {
  name: 'assay-night-3f9a1c',
  namespace: 'load',
  image: 'registry.example.com/assay:1.0',
  count: 4,
  coordinator: '10.0.0.5:7420',
  cpu: '2',
  memory: '1Gi',
  secrets: ['llm-key'],
  serviceAccount: 'nobody',
  deadlineSeconds: 900,
  isSuspended: true,
};

describe('the Job', () => {
  test('is one of Kubernetes 1.34 to its last field', () => {
    expect(schemaFaults(renderShardJob(OPTIONS))).toEqual([]);
  });

  test('the schema sees a field that does not exist, one of another type and one that is missing', () => {
    const job = renderShardJob(OPTIONS);
    const wrong = { ...job, spec: { ...job.spec, completions: '4', retries: 1, template: {} } };
    expect(schemaFaults(wrong)).toEqual(
      ['Job.spec: unknown field retries', 'Job.spec.completions: "4" is no integer'].toSorted(),
    );
    expect(schemaFaults({ ...job, spec: {} } as typeof job)).toEqual(['Job.spec: template is missing']);
  });

  test('has a pod for each place, told by its index, and none that takes others down with it', () => {
    expect(renderShardJob(OPTIONS).spec).toMatchObject({
      completionMode: 'Indexed',
      completions: 4,
      parallelism: 4,
      backoffLimitPerIndex: 2,
      activeDeadlineSeconds: 900,
      suspend: true,
    });
    expect(renderShardJob({ ...OPTIONS, isSuspended: false }).spec).not.toHaveProperty('suspend');
  });

  test("keeps Pod Security's restricted rules, has no API token and a read-only root", () => {
    const pod = renderShardJob(OPTIONS).spec?.template.spec;
    expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod).toMatchObject({ automountServiceAccountToken: false, serviceAccountName: 'nobody' });
    for (const key of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod).not.toHaveProperty(key);
    for (const volume of pod?.volumes ?? []) {
      expect(Object.keys(volume).filter((key) => key !== 'name')).toSatisfy(
        ([kind]: string[]) => kind === 'secret' || kind === 'emptyDir',
      );
    }
    expect(pod?.containers.map(({ securityContext }) => securityContext)).toEqual([
      { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    ]);
  });

  test('asks for what it may use, and no secret stands in it', () => {
    const job = renderShardJob(OPTIONS);
    const container = job.spec?.template.spec?.containers[0];
    expect(container?.resources).toEqual({
      requests: { cpu: '2', memory: '1Gi' },
      limits: { cpu: '2', memory: '1Gi' },
    });
    expect(container?.envFrom).toEqual([{ secretRef: { name: 'llm-key' } }]);
    expect(container?.args).toEqual([
      'shard',
      '--coordinator',
      '10.0.0.5:7420',
      '--token-file',
      '/var/run/assay/token',
    ]);
  });

  test.each(['Upper', 'a_b', '-a', 'a-', '', 'x'.repeat(51)])('the name %j is refused', (name) => {
    const refused = expect.objectContaining({ code: 'KUBE_NAME_INVALID' });
    expect(() => renderShardJob({ ...OPTIONS, name })).toThrow(refused);
  });
});

test('the Secret goes with its Job', () => {
  const secret = renderTokenSecret({ name: 'assay-x', namespace: 'load', token: 'abc', jobUid: 'u-1' });
  expect(schemaFaults(secret)).toEqual([]);
  expect(secret.metadata?.ownerReferences).toMatchObject([{ kind: 'Job', name: 'assay-x', uid: 'u-1' }]);
});

describe('access', () => {
  const objects = renderAccess('load');

  test('is a ServiceAccount, a Role and its binding in one namespace', () => {
    expect(objects.map(({ kind, metadata }) => [kind, metadata?.namespace])).toEqual([
      ['ServiceAccount', 'load'],
      ['Role', 'load'],
      ['RoleBinding', 'load'],
    ]);
    expect(objects.flatMap(schemaFaults)).toEqual([]);
  });

  test('gives exactly the rights that are asked for before a load, no wildcard, and no reading of Secrets', () => {
    const rules = objects[1].rules ?? [];
    const given = rules.flatMap(({ resources = [], verbs }) => verbs.map((verb) => `${verb} ${resources.join()}`));
    const needed = NEEDED_RIGHTS.map(({ resource, subresource, verb }) =>
      [verb, [resource, subresource].filter(Boolean).join('/')].join(' '),
    );
    expect(given.toSorted()).toEqual(needed.toSorted());
    expect(given.join()).not.toContain('*');
    expect(given.filter((right) => right.endsWith('secrets'))).toEqual(['create secrets']);
  });
});
