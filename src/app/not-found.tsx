import type { Metadata } from "next";
import { NarrowCardPage } from "@/components/narrow-card-page";
import { buttonClass } from "@/components/ui/button-class";

export const metadata: Metadata = { title: "Not found" };

export default function NotFoundPage() {
  return (
    <NarrowCardPage
      title="There is nothing here"
      description="Check the address for a typing error. Its page may be deleted, or its project may not be yours."
    >
      {/* Every page also loads the script of this page. A Next.js `Link` here would add 3 KB, a second copy of the
          link's script. */}
      {/* eslint-disable-next-line @next/next/no-html-link-for-pages */}
      <a href="/" className={buttonClass({ variant: "primary" })}>
        Go to the start
      </a>
    </NarrowCardPage>
  );
}
