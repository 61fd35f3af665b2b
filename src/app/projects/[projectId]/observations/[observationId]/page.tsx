import type { Metadata } from "next";
import type { SearchParams } from "@/lib/url-params";
import { ObservationListWithPanel } from "../observation-list-with-panel";

export const metadata: Metadata = { title: "Observation" };

type PageProps = { params: Promise<{ projectId: string; observationId: string }>; searchParams: Promise<SearchParams> };

/** Shows the list of observations with the panel of one observation. */
export default async function ObservationPanelPage({ params, searchParams }: PageProps) {
  const { projectId, observationId } = await params;
  return (
    <ObservationListWithPanel
      projectId={projectId}
      searchParams={searchParams}
      observationId={decoded(observationId)}
    />
  );
}

/**
 * Decodes an observation id from the URL's path. Senders choose observation ids, so an id may contain reserved
 * characters.
 */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
