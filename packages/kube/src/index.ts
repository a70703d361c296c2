export type { Cluster } from './cluster.ts';
export { addressTowards, type ClusterAccess, connectCluster } from './connect-cluster.ts';
export { KubeError, type KubeErrorCode } from './errors.ts';
export type { PodState } from './pod-state.ts';
export { type RunningPods, type StartPodsOptions, startPods } from './start-pods.ts';
