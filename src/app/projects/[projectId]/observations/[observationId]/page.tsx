import type { Metadata } from "next";
import { decodePathSegment } from "@/lib/decode-path-segment";
import type { SearchParams } from "@/lib/url-params";
import { ObservationListWithPanel } from "../observation-list-with-panel";

export const metadata: Metadata = { title: "Observation" };

type PageProps = { params: Promise<{ projectId: string; observationId: string }>; searchParams: Promise<SearchParams> };

export default async function ObservationPanelPage({ params, searchParams }: PageProps) {
  const { projectId, observationId } = await params;
  return (
    <ObservationListWithPanel
      projectId={projectId}
      searchParams={searchParams}
      // Senders choose the ids of observations, so an id may contain characters that a path encodes.
      observationId={decodePathSegment(observationId)}
    />
  );
}
