/** A copy of an object with some members replaced. Getters stay getters: what is read at its first use stays so. */
export function withMembers<T extends object>(original: T, members: Partial<T>): T {
  const replaced = Object.getOwnPropertyDescriptors(members);
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(original), ...replaced }) as T;
}
