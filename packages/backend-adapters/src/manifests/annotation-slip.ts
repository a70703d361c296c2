import { didYouMean } from '@assay/contracts';
import { ANNOTATION_DOMAINS, type AnnotationDomain, plainKey } from './annotation-domains.ts';

/** Domains of Knative's and KServe's other parts, and those that their controllers write themselves. */
const OTHER_DOMAINS: ReadonlySet<string> = new Set([
  ...['networking', 'features', 'client', 'eventing', 'sources', 'messaging', 'flows', 'bindings', 'sinks', 'duck'].map(
    (part) => `${part}.knative.dev`,
  ),
  ...['operator', 'samples', 'networking.internal', 'autoscaling.internal', 'caching.internal'].map(
    (part) => `${part}.knative.dev`,
  ),
  ...['internal.serving', 'prometheus', 'networking', 'routing', 'storage'].map((part) => `${part}.kserve.io`),
]);

/** KServe's domain before it had a name of its own. */
const OLD_DOMAINS: ReadonlyMap<string, string> = new Map([['serving.kubeflow.org', 'serving.kserve.io']]);

const VENDORS: readonly string[] = ['knative', 'kserve'];

/**
 * What was meant by a key whose domain is nobody's but looks like one of Knative's or KServe's: another ending (`knative.com`), a
 * misspelt label, or another of the two (`autoscaling.kserve.io`). `undefined` for keys of others.
 */
export function hintForSlip(fullKey: string): string | undefined {
  const slash = fullKey.indexOf('/');
  const given = fullKey.slice(0, Math.max(slash, 0)).toLowerCase();
  if (given === '' || OTHER_DOMAINS.has(given)) return undefined;
  const key = fullKey.slice(slash + 1);
  const knowing = ANNOTATION_DOMAINS.filter((domain) => knownKey(domain, key) !== undefined);
  const alike = ANNOTATION_DOMAINS.filter(({ domain }) => isAlike(given, domain));
  const labels = given.split('.');
  const hasVendor = VENDORS.some((vendor) => labels.includes(vendor));
  const old = OLD_DOMAINS.get(given);
  const meant =
    ANNOTATION_DOMAINS.find(({ domain }) => domain === old) ??
    alike.find((domain) => knowing.includes(domain)) ??
    (hasVendor ? (alike[0] ?? closestOf(labels, knowing)) : undefined);
  if (meant === undefined) return undefined;
  const known = knownKey(meant, key);
  return known === undefined
    ? `did you mean the domain ${JSON.stringify(meant.domain)}?`
    : `did you mean ${JSON.stringify(`${meant.domain}/${known}`)}?`;
}

/** The key as a domain knows it, whatever its dashes and capitals. */
export function knownKey({ keys, oldKeys }: AnnotationDomain, key: string): string | undefined {
  const plain = plainKey(key);
  const found = [...keys.keys(), ...oldKeys.keys()].find((candidate) => plainKey(candidate) === plain);
  return found === undefined ? undefined : (oldKeys.get(found) ?? found);
}

/** Label by label the same or nearly so; endings differ freely, as in `.com` for `.dev`. */
function isAlike(given: string, domain: string): boolean {
  const [ours, theirs] = [domain, given].map((name) => name.split('.').slice(0, -1)) as [string[], string[]];
  if (ours.length !== theirs.length) return false;
  return ours.every((label, at) => label === theirs[at] || didYouMean(theirs[at] ?? '', [label]) === label);
}

/** Of domains that know a key the one that begins alike, else the first. */
const closestOf = (labels: readonly string[], knowing: readonly AnnotationDomain[]): AnnotationDomain | undefined =>
  knowing.find(({ domain }) => domain.split('.')[0] === labels[0]) ?? knowing[0];
