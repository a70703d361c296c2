import type { RunConfig } from '@assay/contracts';
import type { HeaderValue } from './header-text.ts';
import type { Arrival, DatasetChoice, Lengths } from './load-text.ts';

/** What a user can say about a run, in a profile, the environment or a flag; the names are those of the profile. */
export interface Settings {
  readonly target?: readonly string[];
  readonly metricsUrl?: string;
  readonly simulate?: boolean;
  readonly backend?: RunConfig['backend'];
  readonly model?: string;
  readonly api?: RunConfig['api'];
  readonly stream?: boolean;
  readonly tokensPerEvent?: NonNullable<RunConfig['tokensPerEvent']>;
  readonly cacheSalt?: string;
  readonly tokenizer?: string;
  readonly priority?: number;
  readonly header?: Readonly<Record<string, HeaderValue>>;
  readonly apiKeyEnv?: string;
  readonly apiKeyFile?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly insecure?: boolean;
  readonly transport?: 'net' | 'undici';
  readonly connections?: 'keep-alive' | 'per-request';
  readonly http?: '1.1' | '2';
  readonly preconnect?: number;
  readonly connectRate?: number;
  readonly balance?: 'round-robin' | 'least-in-flight';
  readonly spreadDns?: boolean;
  readonly localAddress?: readonly string[];
  readonly requests?: number;
  readonly duration?: number;
  readonly warmup?: number;
  readonly warmupRequests?: number;
  readonly rate?: number;
  readonly arrival?: Arrival;
  readonly concurrency?: number;
  readonly trace?: string;
  readonly sessions?: NonNullable<RunConfig['sessions']>;
  readonly tenants?: NonNullable<RunConfig['tenants']>;
  readonly timeScale?: number;
  readonly maxInFlight?: number;
  readonly inputTokens?: Lengths;
  readonly outputTokens?: Lengths;
  readonly sharedPrefix?: { readonly tokens: number; readonly count: number };
  readonly dataset?: DatasetChoice;
  readonly tokenIdRange?: { readonly min: number; readonly max: number };
  readonly seed?: number;
  readonly timeout?: number;
  readonly connectTimeout?: number;
  readonly firstTokenTimeout?: number;
  readonly stallTimeout?: number;
  readonly drain?: number;
  readonly slo?: readonly string[];
  readonly verifyStream?: boolean;
  readonly workers?: number | 'auto';
  readonly processes?: number;
  readonly name?: string;
}

export type SettingName = keyof Settings;

interface Setting<T> {
  readonly flag: string;
  readonly group: string;
  readonly help: string;
  /** What a valid value looks like; the second half of the sentence "expected …". */
  readonly expected: string;
  readonly isRepeatable?: boolean;
  readonly parse: (value: unknown) => T | undefined;
}

/** How settings of these names are read. */
export type SettingsNamed<Name extends SettingName> = {
  readonly [Each in Name]-?: Setting<NonNullable<Settings[Each]>>;
};

/** What a valid value looks like, for settings of the same kind. */
export const DURATION = 'a time with a unit, such as 500ms, 60s or 2m';
export const POSITIVE_DURATION = 'a time with a unit, such as 500ms, 60s or 2m, above 0';
export const COUNT = 'a whole number of at least 1';
export const SWITCH = 'true or false';
