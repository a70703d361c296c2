import { ANNOTATION_DOMAINS, type AnnotationDomain, hintForUnknown } from './annotation-domains.ts';
import { type AnnotationMap, annotationMaps } from './annotation-role.ts';
import { hintForSlip, knownKey } from './annotation-slip.ts';
import type { Remark, Rule } from './lint-report.ts';
import type { Path } from './pointer.ts';
import { OLD_DEPLOYMENT_MODES, UNREAD_KSERVE_KEYS } from './serving-keys.ts';

interface Entry {
  readonly domain: AnnotationDomain;
  readonly map: AnnotationMap;
  /** The whole key, and what stands behind the slash. */
  readonly fullKey: string;
  readonly key: string;
  readonly value: unknown;
  readonly path: Path;
}

/** Keys of the domains of Knative and KServe: are they read, are they read here, and is their value accepted? */
export const checkAnnotations: Rule = ({ value }) =>
  annotationMaps(value).flatMap((map) =>
    map.entries.flatMap(([fullKey, entryValue]) => {
      const slash = fullKey.indexOf('/');
      const domain = ANNOTATION_DOMAINS.find((candidate) => candidate.domain === fullKey.slice(0, Math.max(slash, 0)));
      if (domain === undefined) return checkForeign(fullKey, [...map.path, fullKey]);
      const key = fullKey.slice(slash + 1);
      return checkEntry({ domain, map, fullKey, key, value: entryValue, path: [...map.path, fullKey] });
    }),
  );

function checkForeign(fullKey: string, path: Path): readonly Remark[] {
  const hint = hintForSlip(fullKey);
  return hint === undefined ? [] : [unread(fullKey, path, hint)];
}

const unread = (fullKey: string, path: Path, hint: string): Remark =>
  error('ANNOTATION_UNKNOWN', path, `nobody reads the key ${JSON.stringify(fullKey)}`, hint, true);

/** The whole key as the first other domain that knows it writes it. */
function elsewhere(domain: AnnotationDomain, key: string): string | undefined {
  const other = ANNOTATION_DOMAINS.find((each) => each !== domain && knownKey(each, key) !== undefined);
  return other === undefined ? undefined : `${other.domain}/${knownKey(other, key)}`;
}

/** Labels of Knative's own programs in the domain of the autoscaler. */
const OWN_LABELS: ReadonlySet<string> = new Set(['autoscaling.knative.dev/autoscaler-provider']);

function checkEntry(entry: Entry): readonly Remark[] {
  const { domain, map, fullKey, key, path } = entry;
  if (map.part === 'labels' && OWN_LABELS.has(fullKey)) return [];
  const newKey = domain.oldKeys.get(key) ?? key;
  const check = domain.keys.get(newKey);
  if (check === undefined) {
    return [unread(fullKey, path, hintForUnknown(domain, key, elsewhere(domain, key)))];
  }
  const remarks: Remark[] = [];
  const isScaling = domain.domain === 'autoscaling.knative.dev';
  const belongs =
    map.part === 'labels' && isScaling
      ? 'it is an annotation, not a label'
      : map.part === 'annotations'
        ? domain.misplaced(newKey, map.role)
        : undefined;
  if (belongs !== undefined) {
    remarks.push(error('ANNOTATION_MISPLACED', path, `${fullKey} does nothing here`, belongs, true));
  }
  if (newKey !== key) remarks.push(checkOldSpelling(entry, newKey));
  if (map.part === 'annotations') remarks.push(...checkValue(entry, newKey));
  return remarks;
}

function checkOldSpelling({ domain, map, fullKey, path }: Entry, newKey: string): Remark {
  const newFullKey = `${domain.domain}/${newKey}`;
  const isShadowed = map.entries.some(([other]) => other === newFullKey);
  return {
    code: isShadowed ? 'ANNOTATION_IGNORED' : 'ANNOTATION_DEPRECATED',
    severity: 'warning',
    path,
    isAboutKey: true,
    message: isShadowed ? `${newFullKey} wins over ${fullKey}` : `${fullKey} is an old spelling`,
    hint: isShadowed ? 'leave it out' : `write ${newFullKey}`,
  };
}

function checkValue({ domain, fullKey, key, value, path }: Entry, newKey: string): readonly Remark[] {
  if (typeof value !== 'string') {
    const hint = value === null ? 'write a value' : `write ${JSON.stringify(String(value))}`;
    return [error('ANNOTATION_TYPE', path, `the value of ${fullKey} is no text`, hint)];
  }
  const fault = domain.keys.get(newKey)?.(value);
  if (fault !== undefined) {
    return [error('ANNOTATION_VALUE', path, `${fullKey} is ${JSON.stringify(value)}, ${fault.message}`, fault.hint)];
  }
  if (domain.domain !== 'serving.kserve.io') return [];
  const unread = UNREAD_KSERVE_KEYS.get(key);
  const newMode = key === 'deploymentMode' ? OLD_DEPLOYMENT_MODES.get(value) : undefined;
  const hint = unread ?? (newMode === undefined ? undefined : `write ${newMode}`);
  if (hint === undefined) return [];
  const message = unread === undefined ? `${value} is an old name of the mode` : `KServe no longer reads ${fullKey}`;
  return [{ code: 'ANNOTATION_DEPRECATED', severity: 'warning', path, message, hint }];
}

function error(code: Remark['code'], path: Path, message: string, hint?: string, isAboutKey = false): Remark {
  return { code, severity: 'error', path, isAboutKey, message, hint };
}
