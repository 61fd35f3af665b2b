import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import { UrlProvider } from "@/lib/url";
import type { CSSProperties, ReactNode } from "react";
import { UiProvider } from "@/components/ui-provider";
import { readPageRequestTimeMs } from "./request-time";
import { ROW_DENSITY_COOKIE, PANEL_WIDTH_COOKIE, parseRowDensity, readPanelWidth } from "@/lib/look-cookies";
import { ApiProvider } from "@/lib/trpc/provider";

export const metadata: Metadata = {
  title: { default: "Trigger System", template: "%s · Trigger System" },
  description:
    "Triggers on LLM observations: filters, sampling, delays and signed webhooks, with every decision explained.",
  icons: "/favicon.svg",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { colorScheme: "light dark" };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  const look = await cookies();
  const panelWidth = readPanelWidth(look.get(PANEL_WIDTH_COOKIE)?.value);
  return (
    // `suppressHydrationWarning`: a script sets the theme's class before React hydrates the page.
    <html
      lang="en"
      data-density={parseRowDensity(look.get(ROW_DENSITY_COOKIE)?.value)}
      style={panelWidth === null ? undefined : ({ "--panel-width": `${panelWidth}px` } as CSSProperties)}
      suppressHydrationWarning
      className={`${GeistSans.variable} ${GeistMono.variable}`}
    >
      <body>
        <UiProvider nonce={nonce} requestedAt={readPageRequestTimeMs()}>
          <UrlProvider>
            <ApiProvider>{children}</ApiProvider>
          </UrlProvider>
        </UiProvider>
      </body>
    </html>
  );
}
