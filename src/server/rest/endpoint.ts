import type { z } from "zod";
import type { Permission } from "@/domain/access";
import type { TokenActor } from "@/domain/actor";
import type { ProjectContext, ServiceContext } from "@/server/context";

/**
 * The deprecation of an endpoint: since when, its end, and the path of its replacement. Headers of each answer tell
 * clients.
 */
type Deprecation = { since: Date; ends: Date; replacedBy: string };

type Empty = Record<never, never>;
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The declaration of a REST endpoint: its description in the reference, and the schemas of its inputs and answer. */
type Described = {
  /** The operationId in the OpenAPI document, which generated clients use as a method name. */
  id: string;
  method: Method;
  /** The path below /api/v1, with `{name}` for each parameter. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  /** The schema of the query parameters, whose values are texts in the URL. */
  query?: z.ZodObject;
  body?: z.ZodObject;
  /** Fields of the answer that a client may send back in the body. They change nothing. */
  readOnly?: z.ZodObject;
  /** The body is a JSON merge patch (RFC 7396): left-out fields keep their values, and null resets a field. */
  isPatch?: boolean;
  /** The HTTP status of a successful call; default: 200, or 204 for an answer without content. */
  status?: 200 | 201 | 202 | 204;
  /** The schema of the answer. Fields outside of it never leave the server. Null: an answer without content. */
  answer: z.ZodType | null;
  /** Whether the answer's `version` becomes its ETag, and `run` receives the version in If-Match. */
  hasVersion?: boolean;
  /**
   * The path of a created resource below /api/v1, for the header Location. `{name}` stands for a parameter of the call,
   * `{id}` for the answer's id.
   */
  location?: string;
  deprecation?: Deprecation;
};

/** A complete endpoint, as the router calls it. */
export type RestEndpoint = Described &
  (
    | { permission: Permission; run(call: RestCall & { project: ProjectContext }): Promise<unknown> }
    | { permission: null; run(call: RestCall): Promise<unknown> }
  );

/** One call of an endpoint, with parsed inputs. */
export type RestCall<Query = unknown, Body = unknown> = {
  /** The program's context, with the API token as its actor. */
  base: ServiceContext;
  token: TokenActor;
  params: Record<string, string>;
  query: Query;
  body: Body;
  /** The version in the header If-Match; null without the header, or if the endpoint has no `hasVersion`. */
  ifMatch: ExpectedVersion | null;
  /** Aborts when the client closes the connection. */
  signal: AbortSignal;
};

/** The version of a resource that the caller expects, or `*` for any. */
export type ExpectedVersion = number | "*";

type QueryOf<D> = D extends { query: infer Q extends z.ZodType } ? z.output<Q> : Empty;
type BodyOf<D> = D extends { isPatch: true }
  ? Record<string, unknown>
  : D extends { body: infer B extends z.ZodType }
    ? z.output<B>
    : Empty;
/** The result of an endpoint's `run`. The answer's schema drops all fields that it does not name. */
type Answer<D> = D extends { answer: infer A extends z.ZodType } ? z.input<A> : unknown;

/** Makes an endpoint below a project. The token needs the named permission in that project. */
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

/** Makes an endpoint outside of projects. No project permission applies, so `run` itself must check the token. */
export function makeEndpointOutsideProjects<const D extends Described>(
  described: D,
  run: (call: RestCall<QueryOf<D>, BodyOf<D>>) => Promise<Answer<D>>,
): RestEndpoint {
  return { ...described, permission: null, run: (call) => run(call as RestCall<QueryOf<D>, BodyOf<D>>) };
}
