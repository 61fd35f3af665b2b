import type { Metadata } from "next";

export const metadata: Metadata = { title: "Observation" };

/** The list with the panel of one observation, which the layout renders. */
export default function ObservationPage() {
  return null;
}
