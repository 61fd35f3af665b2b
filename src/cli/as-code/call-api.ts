import { parseJson } from "@/domain/json/read-json";

/** The API refused a call. The message is for people. */
export class ApiRefusalError extends Error {
  override readonly name = "ApiRefusalError";
  constructor(
    readonly status: number,
    message: string,
    /** The problems that the API found, each with its place in the files. */
    readonly fields: Record<string, string>,
  ) {
    super(message);
  }
}

/** Parses the JSON of an answer, and keeps all digits of long numbers. Any other text gives an empty object. */
function readAnswer(text: string): Record<string, unknown> {
  try {
    return parseJson(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The installation, project and API token of the command. `send` is the function `fetch`. */
export type ApiTarget = { url: string; projectId: string; token: string; send: typeof fetch };

const WITHIN_MS = 60_000;

/**
 * Calls an API endpoint of the project.
 * @throws ApiRefusalError for a refusal, Error if the server cannot be reached
 */
export async function callApi<Answer>(target: ApiTarget, path: string, body?: unknown): Promise<Answer> {
  const address = new URL(`/api/v1/projects/${encodeURIComponent(target.projectId)}${path}`, target.url);
  const request = {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${target.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(WITHIN_MS),
  };
  const response = await target.send(address, request).catch((error: unknown) => {
    const { cause, message } = error as Error;
    throw new Error(`${address.origin} cannot be reached: ${cause instanceof Error ? cause.message : message}.`);
  });
  const answer = readAnswer(await response.text());
  if (response.ok) return answer as Answer;
  const errors = (answer.errors ?? []) as { pointer: string; detail: string }[];
  const fields = Object.fromEntries(
    errors.map(({ pointer, detail }) => [pointer.slice(1).replaceAll("/", "."), detail]),
  );
  throw new ApiRefusalError(
    response.status,
    String(answer.detail ?? `The server answered ${response.status}.`),
    fields,
  );
}
