import { connect } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { Cluster } from './cluster.ts';
import { KubeError } from './errors.ts';

/** Where the cluster is and who asks. */
export type ClusterAccess =
  /** A kubeconfig file, and which of its contexts; the current one unless given. */
  | { readonly kind: 'file'; readonly path: string; readonly context?: string | undefined }
  /** The ServiceAccount of the pod this program runs in. */
  | { readonly kind: 'pod'; readonly host: string; readonly port: string };

const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Reads how to reach a cluster; asks it nothing yet.
 * @throws KubeError KUBE_CONFIG_INVALID
 */
export function connectCluster(access: ClusterAccess): Cluster {
  const config = new KubeConfig();
  try {
    if (access.kind === 'file') loadFile(config, access);
    else loadPod(config, access);
  } catch (cause: unknown) {
    if (cause instanceof KubeError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new KubeError('KUBE_CONFIG_INVALID', `the way to the cluster cannot be read: ${why}`, {
      cause,
      hint: 'kubectl config view shows what is known of clusters',
    });
  }
  const server = config.getCurrentCluster()?.server;
  if (server === undefined || !URL.canParse(server)) {
    throw new KubeError('KUBE_CONFIG_INVALID', 'the kubeconfig names no cluster', {
      hint: 'choose a context: --kube-context NAME',
    });
  }
  return new Cluster(config, new URL(server));
}

function loadFile(config: KubeConfig, { path, context }: Extract<ClusterAccess, { kind: 'file' }>): void {
  config.loadFromFile(path);
  if (context === undefined) return;
  if (config.getContextObject(context) === null) {
    throw new KubeError('KUBE_CONFIG_INVALID', `${path} has no context "${context}"`, {
      hint: `it has ${
        config
          .getContexts()
          .map(({ name }) => name)
          .join(', ') || 'none'
      }`,
    });
  }
  config.setCurrentContext(context);
}

function loadPod(config: KubeConfig, { host, port }: Extract<ClusterAccess, { kind: 'pod' }>): void {
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  config.loadFromOptions({
    clusters: [{ name: 'here', server, caFile: `${ACCOUNT_FOLDER}/ca.crt`, skipTLSVerify: false }],
    users: [{ name: 'account', authProvider: { name: 'tokenFile', config: { tokenFile: `${ACCOUNT_FOLDER}/token` } } }],
    contexts: [{ name: 'pod', cluster: 'here', user: 'account' }],
    currentContext: 'pod',
  });
}

/** This machine's own address on the way to the cluster; `undefined` where that is the loopback or nobody answers. */
export async function addressTowards(server: URL, withinMs = 3000): Promise<string | undefined> {
  const port = Number(server.port || (server.protocol === 'http:' ? 80 : 443));
  const address = await new Promise<string | undefined>((resolve) => {
    const socket = connect({ host: server.hostname.replace(/^\[|\]$/g, ''), port, timeout: withinMs });
    const end = (value: string | undefined): void => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => end(socket.localAddress));
    socket.once('error', () => end(undefined));
    socket.once('timeout', () => end(undefined));
  });
  return address === undefined || /^(127\.|::1$|::ffff:127\.)/.test(address) ? undefined : address;
}
