export type EventSnippet = { label: string; code: string };

/**
 * Makes examples that send an observation to this instance: with curl, and with the Inngest SDK.
 * @param appUrl the address of the instance, without a slash at its end
 * @param eventKey the key itself, or a placeholder
 */
export function makeEventSnippets({ appUrl, eventKey }: { appUrl: string; eventKey: string }): EventSnippet[] {
  return [
    {
      label: "curl",
      code: `curl ${appUrl}/e/${eventKey} \\
  -H 'content-type: application/json' \\
  -d '{
    "name": "observation.created",
    "data": {
      "observation": {
        "id": "obs-1",
        "type": "GENERATION",
        "name": "chat-completion",
        "level": "ERROR",
        "model": "gpt-4o",
        "statusMessage": "Rate limit reached",
        "output": "Sorry, I cannot answer right now."
      }
    }
  }'`,
    },
    {
      label: "Inngest SDK",
      code: `import { Inngest } from "inngest";

const inngest = new Inngest({
  id: "my-app",
  baseUrl: "${appUrl}",
  eventKey: "${eventKey}",
});

await inngest.send({
  name: "observation.created",
  data: {
    observation: {
      id: "obs-1",
      type: "GENERATION",
      name: "chat-completion",
      level: "ERROR",
      model: "gpt-4o",
      statusMessage: "Rate limit reached",
      output: "Sorry, I cannot answer right now.",
    },
  },
});`,
    },
  ];
}
