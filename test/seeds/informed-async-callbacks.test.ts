import { showDelivery } from './informed/delivery.ts';
import { showErrors } from './informed/errors.ts';
import { showExtractions } from './informed/extractions.ts';
import { useStage } from './informed/stage.ts';
import { showVerifications } from './informed/verifications.ts';
import { informedAsyncCallbacks } from './informed-async-callbacks.ts';
import { testSentences } from './says.ts';

useStage();
testSentences(informedAsyncCallbacks, (says) => {
  for (const show of [showDelivery, showExtractions, showVerifications, showErrors]) show(says);
});
