import axios, { AxiosError, AxiosHeaders, type AxiosAdapter, type AxiosResponse } from "axios";
import fc from "fast-check";
import { OpenAPIClientAxios, type Document, type OpenAPIClient } from "openapi-client-axios";
import { beforeAll, expect, test } from "vitest";
import { DelayMode } from "@/domain/trigger";
import { SamplingBy } from "@/domain/sampling";
import { createBodyBudgets } from "@/server/body-budgets";
import { createRateLimiter } from "@/server/rate-limit";
import { levelIs, makeProject } from "@/test/factories";
import { makeUser } from "@/test/people";
import { makeToken } from "@/test/rest";
import { useTestContext } from "@/test/use-test-context";
import { restEndpoints } from "./endpoints";
import { handleRestRequest, type RestDependencies } from "./handle-rest-request";
import { makeOpenApiDocument } from "./openapi";

type Resource = { id: string; version: number; updatedAt: string; [field: string]: unknown };
const { ctx, receiver } = useTestContext();
let client: OpenAPIClient;
let projectId: string;

/** Sends the requests of the generated client to the handler, without a server between. */
const adapterFor =
  (deps: RestDependencies): AxiosAdapter =>
  async (config) => {
    const response = await handleRestRequest(
      deps,
      new Request(axios.getUri(config), {
        method: config.method!.toUpperCase(),
        headers: Object.fromEntries(
          Object.entries(config.headers.toJSON()).map(([name, value]) => [name, String(value)]),
        ),
        ...(config.data === undefined ? {} : { body: config.data as string }),
      }),
    );
    const text = await response.text();
    const answer: AxiosResponse = {
      data: text === "" ? null : (JSON.parse(text) as unknown),
      status: response.status,
      statusText: "",
      headers: new AxiosHeaders(Object.fromEntries(response.headers)),
      config,
    };
    if (response.ok) return answer;
    throw new AxiosError(text, undefined, config, undefined, answer);
  };

beforeAll(async () => {
  projectId = (await makeProject(ctx)).id;
  const user = await makeUser(ctx, { [projectId]: "admin" });
  const { token } = await makeToken(ctx, { userId: user.id, projectId });
  const deps = { base: ctx, env: ctx.env, rates: createRateLimiter(ctx), bodies: createBodyBudgets() };
  const api = new OpenAPIClientAxios({
    definition: makeOpenApiDocument(restEndpoints, ctx.env.appUrl) as unknown as Document,
    axiosConfigDefaults: { adapter: adapterFor(deps), headers: { authorization: `Bearer ${token}` } },
  });
  client = await api.init();
});

const call = async (
  operation: string,
  params: Record<string, unknown>,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Resource> =>
  ((await client[operation]!({ projectId, ...params } as never, body as never, { headers })) as AxiosResponse<Resource>)
    .data;

const makeAction = () =>
  call(
    "createAction",
    {},
    {
      body: {
        name: "Pager",
        type: "webhook",
        configuration: {
          url: `${receiver.url("200")}?token=abcdefghijklmnop`,
          headers: [{ name: "authorization", value: "Bearer abcdefghijkl", secret: true }],
          retry: { preset: "fast" },
        },
      },
    },
  );

test("a client that was generated from the document makes, reads, changes and deletes a trigger", async () => {
  const action = await makeAction();
  const made = await call(
    "createTrigger",
    {},
    {
      body: {
        name: "Errors",
        eventSource: "observation.created",
        filter: levelIs("ERROR"),
        actionIds: [action.id],
      },
    },
  );
  const ofTrigger = { triggerId: made.id };
  expect(
    (await call("updateTrigger", ofTrigger, { body: { name: "New" }, headers: { "If-Match": '"1"' } })).version,
  ).toBe(2);
  const { items } = (await call("listTriggers", { search: "New", limit: 5 })) as unknown as { items: Resource[] };
  expect(items.map(({ id }) => id)).toEqual([made.id]);
  const late = client.updateTrigger!({ projectId, ...ofTrigger } as never, {} as never, {
    headers: { "If-Match": '"1"' },
  });
  await expect(late).rejects.toMatchObject({ response: { status: 412, data: { code: "version_mismatch" } } });
  await call("deleteTrigger", ofTrigger);
  await expect(call("getTrigger", ofTrigger)).rejects.toMatchObject({ response: { status: 404 } });
});

test("an action that is written back as it was read keeps its URL and its secrets", async () => {
  const { id } = await makeAction();
  const stored = () => ctx.db.actionConfiguration.findUniqueOrThrow({ where: { id }, select: { configuration: true } });
  const [before, read] = [await stored(), await call("getAction", { actionId: id })];
  expect(JSON.stringify(read)).not.toMatch(/abcdefghijkl/);
  const after = await call("replaceAction", { actionId: id }, { body: read });
  expect(after).toEqual({ ...read, version: 2, updatedAt: after.updatedAt, warning: null });
  expect(await stored()).toEqual(before);
});

test("a trigger that is written back as it was read changes its version alone, whatever it holds", async () => {
  const action = await makeAction();
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== "");
  const anyTrigger = fc.record({
    name: name.map((text) => text.trim()),
    description: fc.string({ maxLength: 100 }).map((text) => text.trim()),
    eventSource: fc.constant("observation.created"),
    filter: fc.constantFrom(levelIs("ERROR"), levelIs("WARNING", "DEFAULT")),
    samplingRate: fc.double({ min: 0, max: 1, noNaN: true }).map((rate) => rate + 0),
    samplingBy: fc.constantFrom(...SamplingBy.options),
    delaySeconds: fc.integer({ min: 1, max: 604_800 }),
    delayMode: fc.constantFrom(...DelayMode.options),
    capPerHour: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
    actionIds: fc.constant([action.id]),
    status: fc.constantFrom("ACTIVE", "DISABLED"),
  });
  const storable = (trigger: object): boolean => !/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(trigger));
  await fc.assert(
    fc.asyncProperty(anyTrigger.filter(storable), async (trigger) => {
      const made = await call("createTrigger", {}, { body: trigger });
      const read = await call("getTrigger", { triggerId: made.id });
      expect(read).toMatchObject(trigger);
      const after = await call("replaceTrigger", { triggerId: made.id }, { body: read });
      expect(after).toEqual({ ...read, version: 2, updatedAt: after.updatedAt });
    }),
    { numRuns: 20 },
  );
});
