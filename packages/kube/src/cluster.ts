import {
  ApiException,
  AuthorizationV1Api,
  BatchV1Api,
  CoreV1Api,
  type KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1Job,
  type V1Pod,
  type V1Secret,
  Watch,
} from '@kubernetes/client-node';
import type { Right } from './access.ts';
import { KubeError } from './errors.ts';

export interface PodWatch {
  readonly namespace: string;
  readonly selector: string;
  readonly resourceVersion: string;
  onPod(change: 'ADDED' | 'MODIFIED' | 'DELETED', pod: V1Pod): void;
}

/** The few questions and orders that a load has for a cluster. Every failure is a {@link KubeError}. */
export class Cluster {
  readonly server: URL;
  readonly #config: KubeConfig;
  readonly #batch: BatchV1Api;
  readonly #core: CoreV1Api;
  readonly #authorization: AuthorizationV1Api;

  /** @internal */
  constructor(config: KubeConfig, server: URL) {
    this.server = server;
    this.#config = config;
    this.#batch = config.makeApiClient(BatchV1Api);
    this.#core = config.makeApiClient(CoreV1Api);
    this.#authorization = config.makeApiClient(AuthorizationV1Api);
  }

  /** Whether whoever asks has a right in a namespace, as the cluster's own authorizer says. */
  async isAllowed(namespace: string, { group, resource, subresource, verb }: Right): Promise<boolean> {
    const resourceAttributes = {
      namespace,
      group,
      resource,
      verb,
      ...(subresource === undefined ? {} : { subresource }),
    };
    const body = { spec: { resourceAttributes } };
    const review = await this.#ask('ask for rights', this.#authorization.createSelfSubjectAccessReview({ body }));
    return review.status?.allowed === true;
  }

  async createJob(namespace: string, body: V1Job): Promise<V1Job> {
    return await this.#ask('create the Job', this.#batch.createNamespacedJob({ namespace, body }));
  }

  async createSecret(namespace: string, body: V1Secret): Promise<void> {
    await this.#ask('create the Secret', this.#core.createNamespacedSecret({ namespace, body }));
  }

  /** Lets the pods of a suspended Job begin. */
  async resumeJob(namespace: string, name: string): Promise<void> {
    const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    const body = { spec: { suspend: false } };
    await this.#ask('start the Job', this.#batch.patchNamespacedJob({ namespace, name, body }, options));
  }

  /** Deletes a Job, its pods and its Secret; one that is gone already is no fault. */
  async deleteJob(namespace: string, name: string): Promise<void> {
    const gone = this.#batch.deleteNamespacedJob({ namespace, name, propagationPolicy: 'Background' });
    try {
      await gone;
    } catch (error: unknown) {
      if (!(error instanceof ApiException && error.code === 404)) throw this.#failure('delete the Job', error);
    }
  }

  async listPods(namespace: string, selector: string): Promise<{ pods: readonly V1Pod[]; resourceVersion: string }> {
    const list = await this.#ask('list pods', this.#core.listNamespacedPod({ namespace, labelSelector: selector }));
    return { pods: list.items, resourceVersion: list.metadata?.resourceVersion ?? '' };
  }

  /** Follows pods until the server or `signal` ends it; how it ended does not matter, the next list tells all. */
  async watchPods({ namespace, selector, resourceVersion, onPod }: PodWatch, signal: AbortSignal): Promise<void> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
    // The client ends a watch on which nothing happens for 30 s; the server is asked to end it before.
    const query = { labelSelector: selector, resourceVersion, timeoutSeconds: 25 };
    await new Promise<void>((resolve) => {
      const take = (type: string, pod: V1Pod): void => {
        if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') onPod(type, pod);
      };
      const watching = new Watch(this.#config).watch(path, query, take, () => resolve());
      const stop = (): void => void watching.then((controller) => controller.abort());
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      watching.catch(() => resolve());
    });
  }

  /** The last lines a pod wrote; `undefined` where they cannot be had. */
  async lastLines(namespace: string, name: string, tailLines = 5): Promise<string | undefined> {
    try {
      const text = await this.#core.readNamespacedPodLog({ namespace, name, tailLines });
      return text.trim() === '' ? undefined : text.trim();
    } catch {
      return undefined;
    }
  }

  async #ask<T>(what: string, asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error: unknown) {
      throw this.#failure(what, error);
    }
  }

  #failure(what: string, cause: unknown): KubeError {
    if (!(cause instanceof ApiException)) {
      const why = cause instanceof Error ? reasonOf(cause) : String(cause);
      const hint = 'is the cluster up, and may this machine reach it?';
      return new KubeError('KUBE_UNREACHABLE', `cannot ${what}: ${this.server.host}: ${why}`, { cause, hint });
    }
    const message = `cannot ${what}: ${messageOf(cause.body) ?? `the server answered ${cause.code}`}`;
    // The client keeps no body of a 401.
    if (cause.code === 401) {
      const hint = 'the cluster does not know who asks: are the credentials of the kubeconfig still valid?';
      return new KubeError('KUBE_FORBIDDEN', message, { cause, hint });
    }
    if (cause.code !== 403) return new KubeError('KUBE_REFUSED', message, { cause });
    const hint = 'assay job access prints the rights that are needed';
    return new KubeError('KUBE_FORBIDDEN', message, { cause, hint });
  }
}

/** `fetch` says no more than that it failed; its cause says why. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** The message of a Status object, which the client hands over as text or as an object. */
function messageOf(body: unknown): string | undefined {
  try {
    const status = (typeof body === 'string' ? JSON.parse(body) : body) as { message?: unknown };
    return typeof status.message === 'string' && status.message !== '' ? status.message : undefined;
  } catch {
    return undefined;
  }
}
