export { AdapterError, type AdapterErrorCode } from './adapter-error.ts';
export type { LocalTokenizer } from './answer/judge-tokens.ts';
export { loadTokenizer } from './answer/load-tokenizer.ts';
export type { BackendOptions } from './backend-options.ts';
export { createBackend } from './create-backend.ts';
export { readRedirect } from './decoding/redirect.ts';
export { type IdentifyOptions, identifyServer, type ServerIdentity } from './identify/identify-server.ts';
export type { ClusterNeed } from './manifests/cluster-needs.ts';
export { deploy, type RenderedManifests } from './manifests/deploy.ts';
export { type LintOptions, lintManifests } from './manifests/lint-manifests.ts';
export { createManifestChecker, type ManifestChecker } from './manifests/manifest-checker.ts';
export { formatManifestFinding, type ManifestFinding, type ManifestFindingCode } from './manifests/manifest-finding.ts';
export { createManifestLinter, type ManifestLinter } from './manifests/manifest-linter.ts';
export type { ManifestMap, ManifestObject, ManifestValue } from './manifests/manifest-object.ts';
export type {
  AcceleratorRequest,
  DeployableRuntime,
  DeploymentPlan,
  DeploymentShape,
  EngineSettings,
  KnativeScaling,
  ModelSource,
  ResourceSettings,
} from './manifests/plan.ts';
