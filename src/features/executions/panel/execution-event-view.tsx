import { PageLink } from "@/components/ui/page-link";
import { JsonViewer } from "@/components/json-viewer/json-viewer";
import { KeyValueList } from "@/components/key-value-list";
import { Time } from "@/components/time";
import { parseJson } from "@/domain/json/read-json";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { makeSubjectPath } from "@/features/shared/subject-path";
import { MissingBodyBanner } from "./missing-body-banner";
import type { Execution } from "../types";

/** Shows the event of an execution: the `data` of its envelope, or the whole body if a template made it. */
export function ExecutionEventView({ projectId, execution }: { projectId: string; execution: Execution }) {
  const { eventSource, eventId, input, inputFrozenAt, observation: subject, status } = execution;
  const data = input === null ? null : dataOf(input);
  return (
    <div className="flex flex-col gap-4">
      <KeyValueList
        items={[
          { label: "Event", value: eventSource, isMono: true },
          { label: "Event ID", value: eventId, copy: eventId, isMono: true },
          {
            label: "Frozen",
            value: inputFrozenAt ? (
              <Time value={inputFrozenAt} format="absolute" />
            ) : status === "PENDING" ? (
              "Not yet: a newer matching state still renews it"
            ) : (
              "Nothing was sent"
            ),
          },
        ]}
      />
      {data === null ? (
        <MissingBodyBanner isRemoved={execution.bodyRemoved} />
      ) : (
        <JsonViewer label={data.isText ? "Body" : "Event data"} {...data} openLevels={3} />
      )}
      {subject && (
        <PageLink
          href={makeSubjectPath(projectId, { id: subject.id, eventSource })}
          className="self-start rounded-sm text-sm text-accent-text underline-offset-2 hover:underline"
        >
          The {getEventNounForms(eventSource).one} as it is now
        </PageLink>
      )}
    </div>
  );
}

/** Returns the value of `data` in a webhook's envelope. For a body without `data` it returns the whole body as text. */
function dataOf(input: string): { value: unknown; isText: boolean } {
  try {
    const body = parseJson(input);
    if (typeof body === "object" && body !== null && "data" in body) return { value: body.data, isText: false };
  } catch {
    // A body that is not JSON is shown as text.
  }
  return { value: input, isText: true };
}
