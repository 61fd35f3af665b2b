import type { Metadata } from "next";

export const metadata: Metadata = { title: "Executions" };

/** The list alone, which the layout renders. */
export default function ExecutionsPage() {
  return null;
}
