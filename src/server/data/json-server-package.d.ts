/** The parts of the optional package json-server 0.17 that are used. It has no types of its own. */
declare module 'json-server' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  type Handler = (request: IncomingMessage, response: ServerResponse) => void;

  interface Application {
    /** @param next called if no route responded, with the error if one failed */
    (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void;
    use(handler: Handler): void;
  }

  interface JsonServerRouter extends Handler {
    render(
      request: IncomingMessage,
      response: ServerResponse & { readonly locals: { readonly data: unknown } },
    ): void;
  }

  const jsonServer: {
    create(): Application;
    /** @param collections read at each request */
    router(collections: object): JsonServerRouter;
  };
  export default jsonServer;
}
