"use client";

import type { ReactNode } from "react";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { Tooltip } from "@base-ui/react/tooltip";
import { ThemeProvider } from "next-themes";
import { RequestTime } from "./request-time";
import { Toaster } from "./ui/toast";

type UiProviderProps = {
  nonce?: string;
  /** when the page was made, in ms */
  requestedAt: number;
  children: ReactNode;
};

/** What the components need around them: the theme, a delay that tooltips share, toasts. `nonce` is the page's. */
export function UiProvider({ nonce, requestedAt, children }: UiProviderProps) {
  return (
    <RequestTime value={requestedAt}>
      <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange nonce={nonce}>
        <CSPProvider nonce={nonce} disableStyleElements>
          <Tooltip.Provider delay={400} closeDelay={0}>
            {children}
            <Toaster />
          </Tooltip.Provider>
        </CSPProvider>
      </ThemeProvider>
    </RequestTime>
  );
}
