import type { Callback } from '../../core/engine/deliveries/delivery.ts';
import type { FireOrder } from '../../core/engine/space.ts';

type Carrying = Pick<Callback, 'headers' | 'target'>;

/** The credentials that a callback carries. */
export interface Credentials {
  readonly value: string;
  /** Where and how a callback goes that carries others. Null: none. */
  with(value: string | null): Pick<FireOrder, 'to' | 'headers'>;
}

/** How headers and parameters are called that carry a secret, where it is not `Authorization`. */
const secretName = /^(?:x-)?(?:auth|key|api[-_]?key|(?:[\w-]+[-_])?(?:token|secret|password))$/i;

/** Finds the credentials of a callback in its headers, or in the query of the consumer's own URL. Null: there are none. */
export function credentialsOf({ headers, target }: Carrying): Credentials | null {
  const names = Object.keys(headers);
  const name =
    names.find((each) => each.toLowerCase() === 'authorization') ??
    names.find((each) => secretName.test(each));
  if (name !== undefined) {
    const others = Object.entries(target.headers).filter(
      ([each]) => each.toLowerCase() !== name.toLowerCase(),
    );
    return {
      value: headers[name] ?? '',
      with: (value) => ({
        to: target.url,
        headers: { ...Object.fromEntries(others), ...(value !== null && { [name]: value }) },
      }),
    };
  }
  const own = [...new URL(target.url).searchParams].find(([each]) => secretName.test(each));
  if (own === undefined) return null;
  const [parameter, secret] = own;
  return {
    value: secret,
    with: (value) => {
      const url = new URL(target.url);
      if (value === null) url.searchParams.delete(parameter);
      else url.searchParams.set(parameter, value);
      return { to: url.href, headers: target.headers };
    },
  };
}

/** The credentials that all callbacks carry. Null: there are none, or they differ, and so are no secret of the endpoint. */
export function sharedCredentials(callbacks: readonly Carrying[]): string | null {
  const values = new Set(callbacks.map((callback) => credentialsOf(callback)?.value));
  const [value] = values;
  return values.size === 1 ? (value ?? null) : null;
}
