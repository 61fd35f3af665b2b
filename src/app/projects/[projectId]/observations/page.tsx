import type { Metadata } from "next";

export const metadata: Metadata = { title: "Observations" };

/** The list alone, which the layout renders. */
export default function ObservationsPage() {
  return null;
}
