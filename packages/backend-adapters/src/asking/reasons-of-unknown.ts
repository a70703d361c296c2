import type { BackendCapabilities } from '@assay/loadgen';

/** Those of `reasons` whose field is unknown, by the name of the field. */
export function reasonsOfUnknown(
  capabilities: BackendCapabilities,
  reasons: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(reasons).filter(([field]) => Reflect.get(capabilities, field) === undefined),
  );
}
