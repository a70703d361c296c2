import { type LintLimits, type Rule, toFinding } from './lint-report.ts';
import type { ManifestFinding } from './manifest-finding.ts';
import { type ManifestSource, readManifests } from './read-manifests.ts';
import { checkAnnotations } from './rule-annotations.ts';
import { checkImages } from './rule-images.ts';
import { checkKnativePod } from './rule-knative-pod.ts';
import { checkProbes } from './rule-probes.ts';
import { checkScaling } from './rule-scaling.ts';

export interface LintOptions {
  /** Name for messages. */
  readonly file: string;
  /** Shortest time that probes must leave for loading a model, in seconds; 600 where it is absent. */
  readonly modelLoadSeconds?: number;
  /** Accept images that are named by a tag. */
  readonly allowTags?: boolean;
}

/** Loading a model of some ten gigabytes from a disk, and compiling it. */
const DEFAULT_MODEL_LOAD_SECONDS = 600;

const RULES: readonly Rule[] = [checkAnnotations, checkScaling, checkImages, checkProbes, checkKnativePod];

/** What is wrong with objects, in the order in which it stands in them. */
export function lintSources(
  sources: readonly ManifestSource[],
  limits: Partial<LintLimits> = {},
): readonly ManifestFinding[] {
  const complete: LintLimits = {
    modelLoadSeconds: limits.modelLoadSeconds ?? DEFAULT_MODEL_LOAD_SECONDS,
    allowTags: limits.allowTags ?? false,
  };
  return sources.flatMap((source) =>
    RULES.flatMap((rule) => rule(source, complete))
      .map((remark) => toFinding(source, remark))
      .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)),
  );
}

/**
 * What is wrong with manifests that people write: keys that nobody reads, values that are refused, images without a
 * digest, probes that are too short for loading a model. Schemas are not looked at: see `createManifestChecker`.
 *
 * @param yamlText One or more YAML documents.
 * @throws AdapterError MANIFEST_SYNTAX
 */
export function lintManifests(yamlText: string, options: LintOptions): readonly ManifestFinding[] {
  const { modelLoadSeconds, allowTags } = options;
  return lintSources(readManifests(yamlText, options.file), {
    ...(modelLoadSeconds === undefined ? {} : { modelLoadSeconds }),
    ...(allowTags === undefined ? {} : { allowTags }),
  });
}
