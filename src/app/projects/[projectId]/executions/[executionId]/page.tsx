import type { Metadata } from "next";

export const metadata: Metadata = { title: "Execution" };

/** The list with the panel of one execution, which the layout renders. */
export default function ExecutionPage() {
  return null;
}
