/** What was forgiven or is unsupported. The pointer is in the document that was repaired. */
export interface RepairNote {
  readonly kind: 'forgiven' | 'unsupported';
  readonly pointer: string;
  readonly message: string;
}

/** Says what was done at a node, or at a property of it. */
export type Say = (kind: RepairNote['kind'], message: string, ...below: readonly string[]) => void;
