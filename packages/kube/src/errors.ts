/** Why Kubernetes could not do what a load needs; see the README. */
export type KubeErrorCode =
  | 'KUBE_CONFIG_INVALID'
  | 'KUBE_NAME_INVALID'
  | 'KUBE_UNREACHABLE'
  | 'KUBE_FORBIDDEN'
  | 'KUBE_REFUSED'
  | 'PODS_FAILED';

export interface KubeErrorOptions {
  readonly cause?: unknown;
  readonly hint?: string;
}

/** A cluster that cannot be used, or that refuses. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly code: KubeErrorCode;
  readonly hint: string | undefined;

  constructor(code: KubeErrorCode, message: string, options: KubeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
