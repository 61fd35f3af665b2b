import type { Metadata } from "next";
import type { SearchParams } from "@/lib/url-params";
import { ObservationListWithPanel } from "./observation-list-with-panel";

export const metadata: Metadata = { title: "Observations" };

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

export default async function ObservationsPage({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  return <ObservationListWithPanel projectId={projectId} searchParams={searchParams} />;
}
