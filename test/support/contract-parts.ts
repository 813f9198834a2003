import type { CallbackType, Contract, Operation } from '../../src/core/contract/contract.ts';

/** A callback that accepts any JSON body. */
export function callbackType(parts: Partial<CallbackType> = {}): CallbackType {
  const { provider = 'p', name = 'done' } = parts;
  return {
    type: `${provider}.${name}`,
    provider,
    name,
    event: name,
    kind: 'callback',
    operation: null,
    expression: null,
    pointer: '',
    url: null,
    reading: null,
    unsubmittable: null,
    methods: ['POST'],
    parameters: [],
    content: new Map(),
    security: [],
    description: '',
    query: [],
    hasBody: true,
    enums: new Map(),
    validate: () => [],
    validateStrict: () => [],
    answers: new Map(),
    examples: [],
    ...parts,
  };
}

/** An operation that accepts any request. */
export function operation(parts: Partial<Operation> = {}): Operation {
  return {
    id: 'send',
    provider: 'p',
    method: 'POST',
    path: '/send',
    parameters: [],
    requestBody: null,
    responses: new Set(['200']),
    validateAnswer: () => [],
    answers: new Map(),
    security: [],
    callbacks: [],
    ...parts,
  };
}

export function contractOf(parts: Partial<Contract> = {}): Contract {
  return {
    title: 'Test',
    version: '1',
    serverHosts: [],
    operations: [],
    callbacks: new Map(),
    basePaths: [],
    notes: [],
    document: {},
    ...parts,
  };
}
