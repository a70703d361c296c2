/** Uniform numbers in [0, 1) by position; a stream of `@assay/timebase` fits. Equal sources give equal results. */
export interface UniformSource {
  uniformAt(index: number): number;
}
