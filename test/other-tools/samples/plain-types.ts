// Compiled against the types that openapi-typescript, without our generator, writes for the shipped documents.
import type { webhooks as Bundled, components } from './types/openapi.bundled.yaml';
import type { webhooks } from './types/openapi.yaml';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_T extends true>(): void {}

type Body<Name extends 'extractions' | 'verifications' | 'error'> =
  webhooks[Name]['post']['requestBody']['content']['application/json'];
type Verification = Body<'verifications'>['verifications'][string][number];

holds<Equal<Body<'extractions'>['event_type'], 'extractions'>>();
holds<Equal<Body<'error'>['application_id'], string>>();
// An open enumeration allows any value, so TypeScript widens the known ones to `string`.
holds<Equal<Body<'error'>['error_message'], string | null | undefined>>();
holds<Equal<Verification['belongs_to'], string | null | undefined>>();
holds<Equal<webhooks['documentState']['get']['parameters']['query']['state'], number>>();
holds<
  Equal<
    Bundled['error']['post']['requestBody']['content']['application/json'],
    components['schemas']['ErrorCallback']
  >
>();

export function read(
  callback: Body<'extractions'> | Body<'verifications'> | Body<'error'>,
): string | null | undefined {
  switch (callback.event_type) {
    case 'extractions':
      return callback.documents.paystub?.[0]?.extracted_data.employer_name;
    case 'verifications':
      return callback.verifications.income?.[0]?.status;
    case 'error':
      return callback.error_message;
  }
}
