import { type ManifestMap, withoutAbsent } from './manifest-object.ts';
import type { AcceleratorRequest, ResourceSettings } from './plan.ts';

/** Resource name of an accelerator. A profile's `+me` is written `.me`, because a resource name has no plus sign. */
export function acceleratorResource(accelerator: AcceleratorRequest): string {
  return accelerator.kind === 'gpu'
    ? (accelerator.resource ?? 'nvidia.com/gpu')
    : `nvidia.com/mig-${accelerator.profile.replace('+', '.')}`;
}

export function acceleratorCount(accelerator: AcceleratorRequest | undefined): number {
  if (accelerator === undefined) return 0;
  return accelerator.kind === 'gpu' ? accelerator.count : 1;
}

/** `resources` of a container. Accelerators and memory are requested as they are limited: neither can be shared out. */
export function toResources(resources: ResourceSettings): ManifestMap {
  const accelerator: ManifestMap =
    resources.accelerator === undefined
      ? {}
      : { [acceleratorResource(resources.accelerator)]: String(acceleratorCount(resources.accelerator)) };
  const memory = `${resources.memoryGib}Gi`;
  return {
    requests: { cpu: String(resources.cpuCores), memory, ...accelerator },
    limits: {
      ...withoutAbsent({ cpu: resources.cpuLimitCores === undefined ? undefined : String(resources.cpuLimitCores) }),
      memory,
      ...accelerator,
    },
  };
}
