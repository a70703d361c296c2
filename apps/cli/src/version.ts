declare const ASSAY_VERSION: string | undefined;

/** Version of the command; the build fills it in. */
export const VERSION: string = typeof ASSAY_VERSION === 'string' ? ASSAY_VERSION : '0.0.0-source';
