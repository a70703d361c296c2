/** Names of the files beside the runs of an experiment. */
export const PARENT_FILES = {
  capacity: 'capacity.json',
  repeats: 'repeats.json',
  html: 'report.html',
  markdown: 'report.md',
} as const;
