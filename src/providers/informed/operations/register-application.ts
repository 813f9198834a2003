import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { OperationAnswer, OperationRequest, ProviderContext } from '../../../core/provider/provider.ts';
import { seededRandom } from '../../../core/random.ts';
import { registrationWarnings } from '../registration-warnings.ts';
import { providerName, putNew } from '../resources.ts';
import { checkVerifications } from '../verification/requested-verifications.ts';
import { callbackTarget, checkWebhook } from '../webhook.ts';
import { receipt, scenarioHeader } from './receipt.ts';

/** `POST /v1/{product}/applications`: creates the application, and one run for all its callbacks. */
export async function registerApplication(
  request: OperationRequest,
  context: ProviderContext,
): Promise<OperationAnswer> {
  const registration: JsonObject = isJsonObject(request.body) ? request.body : {};
  checkWebhook(registration.webhook);
  const warnings = [...registrationWarnings(registration), ...checkVerifications(registration.verifications)];
  const { plan, choice } = await context.chooseScenario({
    provider: providerName,
    operation: request.operation.id,
    header: scenarioHeader(request),
    fileName: null,
    content: null,
    body: request.body,
    byContent: null,
  });
  const settings = context.settingsOf(plan);
  const id = context.newId();
  const now = context.clock.now();
  const run = await context.startRun({
    provider: providerName,
    operation: request.operation.id,
    plan,
    choice,
    resourceId: id,
    target: callbackTarget(registration, settings),
    warnings,
    branches: [{ trigger: 'submission', subject: null }],
  });
  const random = context.random(`informed/application/${id}`);
  const application = await putNew(context.resources, 'application', {
    id,
    createdAt: now,
    data: {
      product: request.path.product ?? 'consumer',
      baseUrl: request.baseUrl,
      registration,
      runId: run.id,
      seed: (plan.seed === null ? random : seededRandom(plan.seed)).stream('data').uuid(),
      signingKey: random.stream('signing').uuid(),
      updatedAt: now,
      fileIds: [],
      uploads: 0,
      documentIds: [],
      documentCounts: {},
      structured: 0,
      updates: {},
    },
  });
  return { status: settings['informed.registeredStatus'], body: receipt(application), runs: [run.id] };
}
