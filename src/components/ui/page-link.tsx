"use client";

import type { ComponentProps } from "react";
import Link, { useLinkStatus } from "next/link";
import { useCountPendingPageChange } from "@/lib/page-change";

/** A link to another page. From the click until that page is visible, the bar of page changes shows that it loads. */
export function PageLink({ children, ...props }: ComponentProps<typeof Link>) {
  return (
    <Link {...props}>
      {children}
      <PageChange />
    </Link>
  );
}

function PageChange() {
  useCountPendingPageChange(useLinkStatus().pending);
  return null;
}
