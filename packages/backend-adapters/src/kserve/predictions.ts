import { isRecord, readKserveError } from '@assay/wire';
import { type Failure, protocolFailure } from '../decoding/failure.ts';

/** What is wrong with the predictions of V1: none at all, an empty place in the list, or an error in a prediction's place. */
export function predictionFailure(predictions: readonly unknown[]): Failure | undefined {
  if (predictions.length === 0) return protocolFailure('STREAM_MALFORMED', 'the body has no predictions');
  for (const prediction of predictions) {
    const message = isRecord(prediction) ? readKserveError(prediction) : undefined;
    if (message !== undefined) return protocolFailure('ERROR_BODY', message);
    if (prediction === null || (isRecord(prediction) && Object.keys(prediction).length === 0))
      return protocolFailure('STREAM_MALFORMED', `a prediction is ${JSON.stringify(prediction)}`);
  }
  return undefined;
}
