import { RingbackError } from '../core/errors.ts';

/**
 * Makes sure that code can be made from strings, as Ajv and the router do. Without this, their errors come with the
 * code itself, which is kilobytes of it.
 * @throws {RingbackError} `node.restricted`
 */
export function checkCodeGeneration(): void {
  try {
    new Function('');
  } catch (cause) {
    throw new RingbackError('node.restricted', {
      detail:
        'Failed to compile schemas and routes: this Node.js does not allow code generation from strings. Start it without --disallow-code-generation-from-strings.',
      cause,
    });
  }
}
