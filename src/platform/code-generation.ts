import { RingbackError } from '../core/errors.ts';

/**
 * Checks that code generation from strings is allowed, which Ajv and the router need. Without this check, their errors
 * contain kilobytes of generated code.
 * @throws {RingbackError} `node.restricted`
 */
export function checkCodeGeneration(): void {
  try {
    new Function('');
  } catch (cause) {
    throw new RingbackError('node.restricted', {
      detail:
        'Could not compile schemas and routes: this Node.js does not allow code generation from strings. Start it without --disallow-code-generation-from-strings.',
      cause,
    });
  }
}
