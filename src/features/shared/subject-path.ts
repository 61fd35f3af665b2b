import { DEFAULT_EVENT_SOURCE_NAME } from "@/domain/event-source/registry";

/** Returns the path of the page about a subject: the thing that an event is about, in its latest state. */
export function makeSubjectPath(
  projectId: string,
  { id, eventSource }: { id: string; eventSource: string },
  tab?: "triggers",
): string {
  const query = new URLSearchParams({
    ...(tab ? { tab } : {}),
    ...(eventSource === DEFAULT_EVENT_SOURCE_NAME ? {} : { of: eventSource }),
  });
  return `${makeSubjectListPath(projectId)}/${encodeURIComponent(id)}${query.size > 0 ? `?${query}` : ""}`;
}

/** Returns the path of the list of all subjects of a project: the things that its events are about. */
export const makeSubjectListPath = (projectId: string): string => `/projects/${projectId}/observations`;
