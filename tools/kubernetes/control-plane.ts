import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from './api-client.ts';

const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager'] as const;
const TOKENS = { admin: 'admin-of-the-rig', user: 'user-of-the-rig' } as const;

export interface ControlPlane {
  /** As cluster-admin. */
  readonly admin: ApiClient;
  /** Of somebody who has no right but those that are bound to the name `user`. */
  readonly userKubeconfig: string;
  stop(): Promise<void>;
}

/** Programs that are missing in a folder. */
export function missingPrograms(bin: string): readonly string[] {
  return PROGRAMS.filter((name) => !existsSync(join(bin, name)));
}

/** A real control plane on the loopback interface, without a scheduler and without nodes. */
export async function startControlPlane(bin: string, folder: string, port: number): Promise<ControlPlane> {
  const certs = join(folder, 'certs');
  mkdirSync(certs, { recursive: true });
  const file = (name: string): string => join(certs, name);
  execFileSync('openssl', ['genrsa', '-out', file('sa.key'), '2048'], { stdio: 'ignore' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=rig'];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', file('api.key'), '-out', file('api.crt'), ...names], {
    stdio: 'ignore',
  });
  const users = [`${TOKENS.admin},admin,admin,system:masters`, `${TOKENS.user},user,user`];
  writeFileSync(file('tokens.csv'), `${users.join('\n')}\n`);
  const server = `https://127.0.0.1:${port}`;
  const kubeconfigs = writeKubeconfigs(folder, server, file('api.crt'));

  const running: ChildProcess[] = [];
  const start = (program: (typeof PROGRAMS)[number], args: readonly string[]): void => {
    const child = spawn(join(bin, program), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(join(folder, `${program}.log`));
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    running.push(child);
  };
  const stop = async (): Promise<void> => {
    for (const child of running.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  };
  const [client, peer] = [port + 1, port + 2].map((each) => `http://127.0.0.1:${each}`) as [string, string];
  start('etcd', [
    `--data-dir=${join(folder, 'etcd')}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ]);
  start('kube-apiserver', [
    `--etcd-servers=${client}`,
    '--bind-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    `--tls-cert-file=${file('api.crt')}`,
    `--tls-private-key-file=${file('api.key')}`,
    `--token-auth-file=${file('tokens.csv')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${file('sa.key')}`,
    `--service-account-signing-key-file=${file('sa.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=RBAC',
  ]);
  const admin = new ApiClient(server, TOKENS.admin, file('api.crt'));
  try {
    await until('the API server', () => admin.isReady());
    start('kube-controller-manager', [
      `--kubeconfig=${kubeconfigs.admin}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${port + 3}`,
      `--service-account-private-key-file=${file('sa.key')}`,
      `--root-ca-file=${file('api.crt')}`,
      '--use-service-account-credentials=true',
    ]);
    const account = '/api/v1/namespaces/default/serviceaccounts/default';
    await until('the controllers', async () => (await admin.ask('GET', account)).status === 200);
  } catch (error: unknown) {
    await stop();
    throw error;
  }
  return { admin, userKubeconfig: kubeconfigs.user, stop };
}

function writeKubeconfigs(folder: string, server: string, authority: string): Record<keyof typeof TOKENS, string> {
  const write = (user: keyof typeof TOKENS): string => {
    const path = join(folder, `kubeconfig-${user}`);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'rig',
      contexts: [{ name: 'rig', context: { cluster: 'rig', user } }],
      clusters: [{ name: 'rig', cluster: { server, 'certificate-authority': authority } }],
      users: [{ name: user, user: { token: TOKENS[user] } }],
    };
    // JSON is YAML.
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    return path;
  };
  return { admin: write('admin'), user: write('user') };
}

export async function until(what: string, isTrue: () => Promise<boolean>, withinMs = 120_000): Promise<void> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += 250) {
    if (await isTrue().catch(() => false)) return;
    await sleep(250);
  }
  throw new Error(`${what}: not within ${withinMs / 1000} s`);
}
