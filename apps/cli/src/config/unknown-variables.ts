import { didYouMean, type RunConfig } from '@assay/contracts';
import { TOKEN_VARIABLE } from '../machines/machine-choice.ts';
import type { Message } from '../render/message-line.ts';
import { environmentNameOf, SETTING_NAMES } from './settings.ts';

/** Variables that look like settings and are none: a slip in a name would otherwise go unseen. Those that hold a key are spared. */
export function findUnknownVariables(
  environment: NodeJS.ProcessEnv,
  { auth, secretHeaders }: Pick<RunConfig, 'auth' | 'secretHeaders'>,
): readonly Message[] {
  const known = [...SETTING_NAMES.map(environmentNameOf), TOKEN_VARIABLE];
  const places = [...(auth === null ? [] : [auth]), ...Object.values(secretHeaders ?? {})];
  const keys = places.flatMap((place) => ('fromEnv' in place ? [place.fromEnv] : []));
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('ASSAY_') && !known.includes(name) && !keys.includes(name),
  );
  return unknown.sort().map((name) => {
    const meant = didYouMean(name, known);
    return {
      kind: 'warning',
      code: 'ENVIRONMENT_UNKNOWN',
      message: `the variable ${name} is no setting and does nothing`,
      hint: meant === undefined ? 'assay run --help lists the settings' : `did you mean ${meant}?`,
    };
  });
}
