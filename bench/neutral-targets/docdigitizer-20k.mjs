// As neutral-target.mjs, with the document of the project's own job: a PDF of 20 KB, whatever size the harness requests.
import target from '../neutral-target.mjs';

export default (o) => {
  const { submit, ...rest } = target(o);
  return { ...rest, name: 'ringback-20k', submit: (order) => submit({ ...order, size: 20_480 }) };
};
