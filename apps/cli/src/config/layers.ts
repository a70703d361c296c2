import type { SettingName, Settings } from './settings.ts';

/** `detected`: the server itself decided, because the user had not. */
export type Origin = 'default' | 'profile' | 'environment' | 'flag' | 'detected';

/** Settings of one origin. */
export interface Layer {
  readonly origin: Origin;
  readonly settings: Settings;
}

/** Layers from weakest to strongest, read name by name. */
export class LayeredSettings {
  readonly #layers: readonly Layer[];

  constructor(layers: readonly Layer[]) {
    this.#layers = [...layers].reverse();
  }

  /** The strongest value of a name. */
  get<Name extends SettingName>(name: Name): NonNullable<Settings[Name]> | undefined {
    return this.#layers.find(({ settings }) => settings[name] !== undefined)?.settings[name] ?? undefined;
  }

  originOf(...names: readonly SettingName[]): Origin {
    return this.strongestWith(names)?.origin ?? 'default';
  }

  /** The strongest layer that says anything about one of the names. */
  strongestWith(names: readonly SettingName[]): Layer | undefined {
    return this.#layers.find(({ settings }) => names.some((name) => settings[name] !== undefined));
  }
}
