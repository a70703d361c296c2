import type { RequestRecord, ResultsDocument } from '@assay/contracts';
import { MOST_ROWS, type TimelineRow, toTimelineRow } from './request-timeline.ts';
import { Thinning } from './thinning.ts';
import { Outliner, ViewBuilder, type ViewData } from './view-data.ts';

/** Opens the records for one walk; called twice, and both walks must see the same. */
export type RecordSource = () => AsyncIterable<RequestRecord> | Iterable<RequestRecord>;

/** What a report shows of the records. Its size is bounded, whatever their number. */
export interface RecordDigest {
  readonly view: ViewData;
  /** Rows of the request timeline, in the order they were due. */
  readonly rows: readonly TimelineRow[];
}

/** Reads the records twice, one at a time: once for the size of everything, once to fill it. */
export async function digestRecords(results: ResultsDocument, records: RecordSource): Promise<RecordDigest> {
  const outliner = new Outliner();
  for await (const record of records()) outliner.add(record);
  const outline = outliner.outline();
  const view = new ViewBuilder(outline, results.window?.startMs ?? 0);
  const rows = new Thinning<TimelineRow>(outline.total, MOST_ROWS);
  for await (const record of records()) {
    view.add(record);
    if (record.phase === 'measure') rows.offer(() => toTimelineRow(record));
  }
  return { view: view.view(), rows: rows.taken.toSorted((a, b) => a.scheduledMs - b.scheduledMs) };
}
