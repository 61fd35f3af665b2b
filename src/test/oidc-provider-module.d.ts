/** The types of oidc-provider that the tests use. The package's own types would need those of koa. */
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export type Configuration = Record<string, unknown> & {
    findAccount: (ctx: unknown, id: string) => { accountId: string; claims: () => object };
    interactions: { url: (ctx: unknown, interaction: { uid: string }) => string };
    loadExistingGrant: (ctx: { oidc: { session?: { accountId?: string } } }) => Promise<Grant>;
  };
  export type Grant = { addOIDCScope(scope: string): void; save(): Promise<string> };

  export default class Provider {
    constructor(issuer: string, configuration: Configuration);
    Grant: new (of: { clientId: string; accountId: string }) => Grant;
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  }
}
