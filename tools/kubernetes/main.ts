import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { renderAccess } from '@assay/kube/manifests';
import { startSimulator } from '@assay/simulator';
import { missingPrograms, startControlPlane, until } from './control-plane.ts';
import { PROGRAMS_FOLDER } from './programs-folder.ts';
import { StandInNode } from './stand-in-node.ts';

// Loads by pods of a real control plane: `npm run kubernetes [-- FOLDER-OF-PROGRAMS]`. Processes of this machine stand in for the containers.
const bin = process.argv[2] ?? PROGRAMS_FOLDER;
const NAMESPACE = 'load';
const PORT = 17_450;
const ASSAY = ['--conditions=@assay/source', join(import.meta.dirname, '../../apps/cli/src/main.ts')] as const;

const missing = missingPrograms(bin);
if (missing.length > 0) {
  console.log(
    `skipped: loads by pods of a real control plane: ${missing.join(', ')} not in ${bin}; node tools/kubernetes/build.ts builds them`,
  );
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'assay-kubernetes-'));
let failures = 0;
const check = (what: string, isTrue: boolean, seen: unknown): void => {
  if (!isTrue) failures++;
  console.log(`${isTrue ? 'ok  ' : 'FAIL'} ${what}${seen === undefined ? '' : `: ${seen}`}`);
};

const startedMs = performance.now();
const plane = await startControlPlane(bin, folder, PORT);
console.log(`control plane up after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
const simulator = await startSimulator({ port: 0, ttftMs: 5, itlMs: 1 });
const node = new StandInNode(plane.admin, NAMESPACE, [process.execPath, ...ASSAY], join(folder, 'tokens'));
try {
  await makeNamespace();
  await refuseStranger();
  await giveRights();
  const texts = [await load(1), await load(4), await load(8)].map(({ schedule }) => schedule);
  check(
    '1 = 4 = 8 pods: the same schedule',
    texts.every((text) => text === texts[0]),
    `${texts[0]?.length} characters`,
  );
  await lose();
  await until('nothing is left in the namespace', async () => (await count('pods')) + (await count('secrets')) === 0);
  check('nothing is left in the namespace', (await count('jobs')) === 0, undefined);
} finally {
  node.stop();
  await simulator.close();
  await plane.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

async function makeNamespace(): Promise<void> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await plane.admin.create('/api/v1/namespaces', { metadata: { name: NAMESPACE, labels } });
  const account = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/default`;
  await until('the namespace', async () => (await plane.admin.ask('GET', account)).status === 200);
}

async function giveRights(): Promise<void> {
  const [account, role, binding] = renderAccess(NAMESPACE);
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`;
  await plane.admin.create(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, account);
  await plane.admin.create(`${rbac}/roles`, role);
  const user = { kind: 'User', name: 'user', apiGroup: 'rbac.authorization.k8s.io' };
  await plane.admin.create(`${rbac}/rolebindings`, { ...binding, subjects: [user] });
}

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

async function run(pods: number, out: string, args: readonly string[]): Promise<Ended> {
  const where = ['--namespace', NAMESPACE, '--image', 'assay.test/assay:1', '--kubeconfig', plane.userKubeconfig];
  const shape = ['--input-tokens', '16', '--output-tokens', '4', '--advertise', '127.0.0.1', '--out', out];
  const all = ['run', '--target', simulator.origin, '--pods', String(pods), ...args, ...where, ...shape];
  try {
    const { stderr } = await promisify(execFile)(process.execPath, [...ASSAY, ...all]);
    return { code: 0, stderr };
  } catch (error: unknown) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, stderr };
  }
}

interface RecordLine {
  readonly index: number;
  readonly phase: string;
  readonly scheduledMs: number;
  readonly inputTokensRequested: number;
  readonly outcome: string;
}

interface RunJson {
  readonly workers: readonly { readonly host: string; readonly status: string; readonly clockErrorMs: number }[];
  readonly findings: readonly { readonly code: string; readonly message: string }[];
  readonly clientHealth: { readonly findings: readonly { readonly code: string; readonly message: string }[] };
}

function readRun(out: string): { readonly run: RunJson; readonly records: readonly RecordLine[] } {
  const lines = readFileSync(join(out, 'requests.jsonl'), 'utf8').trim().split('\n');
  const records = lines.map((line) => JSON.parse(line) as RecordLine).toSorted((a, b) => a.index - b.index);
  return { run: JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunJson, records };
}

async function refuseStranger(): Promise<void> {
  const { code, stderr } = await run(1, join(folder, 'stranger'), ['--requests', '4']);
  check(
    'without rights: refused by name',
    code === 2 && stderr.includes('KUBE_FORBIDDEN'),
    stderr.trim().split('\n').at(-1),
  );
}

async function load(pods: number): Promise<{ readonly schedule: string }> {
  const out = join(folder, `pods-${pods}`);
  const began = performance.now();
  const { code, stderr } = await run(pods, out, ['--rate', '100', '--arrival', 'gamma:0.5', '--requests', '200']);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  check(`${pods} pods: exit code 0`, code === 0, code === 0 ? `${seconds} s from command to report` : stderr);
  if (code !== 0) return { schedule: '' };
  const { run: document, records } = readRun(out);
  const hosts = document.workers.map(({ host }) => host);
  check(
    `${pods} pods: as many workers, 200 records, all ok`,
    hosts.length === pods && records.length === 200 && records.every(({ outcome }) => outcome === 'ok'),
    hosts.join(' '),
  );
  const fields = records.map(({ index, scheduledMs, inputTokensRequested }) => [
    index,
    scheduledMs,
    inputTokensRequested,
  ]);
  return { schedule: JSON.stringify(fields) };
}

async function lose(): Promise<void> {
  const out = join(folder, 'lost');
  const going = run(4, out, ['--rate', '50', '--requests', '300']);
  await until('records', async () => readFileSync(join(out, 'requests.jsonl'), 'utf8').split('\n').length > 40);
  const pod = node.kill(2);
  const { code } = await going;
  const { run: document, records } = readRun(out);
  const told = [...document.findings, ...document.clientHealth.findings];
  const lost = records.filter(({ outcome }) => outcome !== 'ok');
  check('a killed pod: the run ends', code === 0, `exit code ${code}`);
  check('a killed pod: all 300 requests are records', records.length === 300, `${lost.length} not ok`);
  check('a killed pod: only its own are lost', lost.length > 0 && lost.every(({ index }) => index % 4 === 2), pod);
  for (const finding of ['WORKER_LOST', 'POD_ENDED', 'OFFERED_SHORTFALL']) {
    const found = told.find((each) => each.code === finding);
    check(`a killed pod: ${finding}`, found !== undefined, found?.message);
  }
}

async function count(kind: 'pods' | 'secrets' | 'jobs'): Promise<number> {
  const group = kind === 'jobs' ? '/apis/batch/v1' : '/api/v1';
  const path = `${group}/namespaces/${NAMESPACE}/${kind}`;
  const { body } = await plane.admin.ask<{ items: readonly unknown[] }>('GET', path);
  return body.items.length;
}
