import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { OperationAnswer, OperationRequest, ProviderContext } from '../../../core/provider/provider.ts';
import { registrationWarnings } from '../registration-warnings.ts';
import { change, providerName } from '../resources.ts';
import { checkVerifications } from '../verification/requested-verifications.ts';
import { checkWebhook } from '../webhook.ts';
import { applicationOf, receipt, runOf, scenarioHeader } from './receipt.ts';

/**
 * `PUT /v1/{product}/applications/{application_id}`: replaces the given properties, also within each applicant, and
 * runs the verifications again. Documents that are already extracted do not change, so the new data can make them fail.
 */
export async function updateApplication(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const application = await applicationOf(request, context);
  const run = await runOf(application, context);
  const { application_update_reference_id: reference, ...members }: JsonObject = isJsonObject(request.body)
    ? request.body
    : {};
  if (members.webhook !== undefined) checkWebhook(members.webhook);
  const misnamed = checkVerifications(members.verifications);
  const header = scenarioHeader(request);
  const chosen =
    header === undefined
      ? {}
      : await context.chooseScenario({
          provider: providerName,
          operation: request.operation.id,
          header,
          fileName: null,
          content: null,
          body: request.body,
          byContent: null,
          isPart: true,
        });
  const random = context.random(`informed/application/${application.id}`);
  let updateId = '';
  const updated = await change(context.resources, 'application', application.id, (data) => {
    updateId = random.stream(`update/${Object.keys(data.updates).length}`).uuid();
    return {
      registration: withMembers(data.registration, members),
      updatedAt: context.clock.now(),
      updates: { ...data.updates, [updateId]: typeof reference === 'string' ? reference : null },
    };
  });
  // Of the whole registration, since unchanged properties decide what has an effect. The run records each warning once.
  const warnings = [...registrationWarnings(updated.data.registration), ...misnamed];
  await context.startBranches(run.id, [{ trigger: 'update', subject: updateId, ...chosen }], warnings);
  const echoed = typeof reference === 'string' ? { application_update_reference_id: reference } : {};
  return { status: 200, body: { ...receipt(updated), ...echoed }, runs: [run.id] };
}

function withMembers(registration: JsonObject, members: JsonObject): JsonObject {
  const merged = { ...registration, ...members };
  const { applicants: kept } = registration;
  const { applicants: given } = members;
  if (!isJsonObject(kept) || !isJsonObject(given)) return merged;
  const people = Object.entries(given).map(([key, person]): [string, JsonValue] => {
    const known = Object.hasOwn(kept, key) ? kept[key] : undefined;
    return [key, isJsonObject(known) && isJsonObject(person) ? { ...known, ...person } : person];
  });
  return { ...merged, applicants: { ...kept, ...Object.fromEntries(people) } };
}
