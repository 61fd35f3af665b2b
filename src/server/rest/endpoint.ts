import type { z } from "zod";
import type { Permission } from "@/domain/access";
import type { TokenActor } from "@/domain/actor";
import type { ProjectContext, ServiceContext } from "@/server/context";

/** When an endpoint was deprecated, when it ends, and the path that replaces it. The headers of each answer say so. */
type Deprecation = { since: Date; ends: Date; replacedBy: string };

type Empty = Record<never, never>;
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The description of an endpoint in the reference, and the schemas of its inputs and its answer. */
type Described = {
  /** the operation's name in the OpenAPI document, and in clients that are generated from it */
  id: string;
  method: Method;
  /** the path below /api/v1, with `{name}` for each parameter */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  /** the parameters of the query; each is a text in the URL */
  query?: z.ZodObject;
  body?: z.ZodObject;
  /** fields of the body that a client may send back because an answer has them; they change nothing */
  readOnly?: z.ZodObject;
  /** the body is a JSON merge patch (RFC 7396): it may leave out every field, and null resets a field */
  isPatch?: boolean;
  /** the HTTP status of success; 200 by default */
  status?: 200 | 201 | 202 | 204;
  /** the schema of the answer, which lists every field that leaves the server; null: no content */
  answer: z.ZodType | null;
  /** the answer's `version` is its ETag, and the request may have If-Match */
  hasVersion?: boolean;
  /** the path of a created resource, from the parameters of this path and the `{id}` of the answer */
  location?: string;
  deprecation?: Deprecation;
};

/** An endpoint for the router. Services take its parsed values. */
export type RestEndpoint = Described &
  (
    | { permission: Permission; run(call: RestCall & { project: ProjectContext }): Promise<unknown> }
    | { permission: null; run(call: RestCall): Promise<unknown> }
  );

/** One parsed call of an endpoint. */
export type RestCall<Query = unknown, Body = unknown> = {
  /** the program's context, with the token as its actor */
  base: ServiceContext;
  token: TokenActor;
  params: Record<string, string>;
  query: Query;
  body: Body;
  /** the version in the header If-Match; null without the header */
  ifMatch: ExpectedVersion | null;
  /** a signal that aborts when the client leaves */
  signal: AbortSignal;
};

/** A version that the caller expects, or `*` for any version. */
export type ExpectedVersion = number | "*";

type QueryOf<D> = D extends { query: infer Q extends z.ZodType } ? z.output<Q> : Empty;
type BodyOf<D> = D extends { isPatch: true }
  ? Record<string, unknown>
  : D extends { body: infer B extends z.ZodType }
    ? z.output<B>
    : Empty;
/** The value that a service returns: the answer's fields, and any others, which the schema drops. */
type Answer<D> = D extends { answer: infer A extends z.ZodType } ? z.input<A> : unknown;

/** Makes an endpoint below a project. The caller needs the permission in that project. */
export function makeEndpointInProject<const D extends Described>(
  described: D & { permission: Permission },
  run: (project: ProjectContext, call: RestCall<QueryOf<D>, BodyOf<D>>) => Promise<Answer<D>>,
): RestEndpoint {
  return {
    ...described,
    run: ({ project, ...call }: RestCall & { project: ProjectContext }) =>
      run(project, call as RestCall<QueryOf<D>, BodyOf<D>>),
  };
}

/**
 * Makes an endpoint that is not below a project. No permission of a project applies, so `run` checks the token itself
 * if that is needed.
 */
export function makeEndpointOutsideProjects<const D extends Described>(
  described: D,
  run: (call: RestCall<QueryOf<D>, BodyOf<D>>) => Promise<Answer<D>>,
): RestEndpoint {
  return { ...described, permission: null, run: (call) => run(call as RestCall<QueryOf<D>, BodyOf<D>>) };
}
