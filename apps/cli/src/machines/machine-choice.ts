import type { HostPort } from '../config/host-port.ts';

/** A load that other machines make: how many workers, and where they join. */
export interface MachineChoice {
  readonly count: number;
  readonly listen: HostPort;
  /** How long all workers together may take to join, ms. */
  readonly startWithinMs: number;
  /** The pods that are to be the workers; absent where somebody starts `assay shard` elsewhere. */
  readonly pods?: PodChoice;
}

/** Pods of a Kubernetes namespace. */
export interface PodChoice {
  readonly namespace: string;
  readonly image: string;
  /** This program's address as the pods see it; its own on the way to the cluster unless given. */
  readonly advertise?: HostPort;
  readonly kubeconfig?: string;
  readonly kubeContext?: string;
  readonly cpu: string;
  readonly memory: string;
  readonly secrets: readonly string[];
  readonly serviceAccount?: string;
  /** The Job stays after the run, for those who want to look at it. */
  readonly isKept: boolean;
}

/** Where workers join unless somebody says otherwise. */
export const DEFAULT_PORT = 7420;
/** Variable that holds the token of a load whose workers somebody starts by hand. */
export const TOKEN_VARIABLE = 'ASSAY_SHARD_TOKEN';
