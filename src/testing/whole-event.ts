import type { DeliveryRecord, SpaceEventRecord } from './records.gen.ts';
import { isGone } from './whole-lists.ts';

/**
 * Adds the whole bodies to the delivery of an event. Its other properties stay as they were at the time of the event.
 * @param readOne reads the delivery with that id
 */
export async function wholeEvent(
  event: SpaceEventRecord,
  readOne: (id: string) => Promise<DeliveryRecord>,
): Promise<SpaceEventRecord> {
  if (!('delivery' in event) || event.delivery.bodyTruncated !== true) return event;
  const { delivery } = event;
  try {
    const { payload, body, attempts } = await readOne(delivery.id);
    const responses = new Map(attempts.map(({ number, response }) => [number, response]));
    const known = delivery.attempts.map((attempt) => ({
      ...attempt,
      response: responses.get(attempt.number) ?? attempt.response,
    }));
    return { ...event, delivery: { ...delivery, payload, body, attempts: known, bodyTruncated: false } };
  } catch (error) {
    if (!isGone(error)) throw error;
    return { ...event, delivery: { ...delivery, payload: delivery.payload ?? {} } };
  }
}
