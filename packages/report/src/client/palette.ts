/** Colours of the page, as CSS values. */
export interface Palette {
  readonly text: string;
  readonly grid: string;
  readonly first: string;
  readonly tokens: string;
  readonly wait: string;
  readonly bad: string;
  readonly late: string;
  readonly strong: string;
  readonly panel: string;
}

/** The colours that hold now, light or dark. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: colour('muted'),
    grid: colour('line'),
    first: colour('first'),
    tokens: colour('tokens'),
    wait: colour('wait'),
    bad: colour('bad'),
    late: colour('late'),
    strong: colour('text'),
    panel: colour('panel'),
  };
}
